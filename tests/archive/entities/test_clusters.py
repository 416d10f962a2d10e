from archive.entities.clusters import MIN_COUNT, learn_clusters


def test_words_that_stand_in_the_same_company_meet():
    towns, persons = ("صيدا", "زحلة", "بعلبك"), ("مروان", "هدى", "سيرين")
    texts = [f"ذهبنا إلى {town} صباحا" for town in towns] + [f"قال {person} أمس" for person in persons]
    cluster_of = learn_clusters(texts * MIN_COUNT, words=100, clusters=4)

    assert len({cluster_of[word] for word in ("صيدا", "زحله", "بعلبك")}) == 1
    assert len({cluster_of[word] for word in ("مروان", "هدي", "سيرين")}) == 1
    assert cluster_of["صيدا"] != cluster_of["هدي"]


def test_rare_words_are_left_out():
    assert learn_clusters(["كلمة نادرة"], words=100, clusters=4) == {}
    assert learn_clusters([], words=100, clusters=4) == {}
