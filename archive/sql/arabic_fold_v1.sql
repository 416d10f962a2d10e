-- arabic_fold_v1(text) -> text
-- One spelling for the many that Arabic newspapers write; the twin of archive.text.normalize.fold.
-- IMMUTABLE and free of the database's locale: generated columns and article_vector_v1 depend on it.
-- Each step runs only where its characters occur, which most texts spare it.
CREATE FUNCTION arabic_fold_v1(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $function$
    SELECT CASE WHEN letters ~ '[\u00ad\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]'
        THEN regexp_replace(letters, '[\u00ad\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+', '', 'g')
        ELSE letters END
    FROM (SELECT CASE WHEN value ~ '[\ufb50-\ufdff\ufe70-\ufefc\uff01-\uff5e\u0300-\u036f\u0653-\u0655]'
        THEN normalize(value, NFKC) ELSE value END AS composed OFFSET 0) AS step_1,
    LATERAL (SELECT CASE WHEN composed ~ '[\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9\u0671\u06a9\u06cc\u06be\u06c0\u06c1\u06c2\u06c3\u06d5]'
        THEN translate(composed,
            U&'\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669\06F0\06F1\06F2\06F3\06F4\06F5\06F6\06F7\06F8\06F9\0671\06A9\06CC\06BE\06C0\06C1\06C2\06C3\06D5',
            U&'01234567890123456789\0627\0643\064A\0647\0647\0647\0647\0647\0647')
        ELSE composed END AS arabic OFFSET 0) AS step_2,
    LATERAL (SELECT CASE WHEN arabic ~ '[A-Z\u00c0-\u017f]'
        THEN translate(arabic,
            'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞàáâãäåçèéêëìíîïñòóôõöùúûüýÿĀāĂăĄąĆćĈĉĊċČčĎďĐĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦĨĩĪīĬĭĮįİĲĴĵĶķĹĺĻļĽľĿŁŃńŅņŇňŊŌōŎŏŐőŒŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽž',
            'abcdefghijklmnopqrstuvwxyzaaaaaaæceeeeiiiiðnoooooøuuuuyþaaaaaaceeeeiiiinooooouuuuyyaaaaaaccccccccddđeeeeeeeeeegggggggghhħiiiiiiiiiĳjjkkllllllŀłnnnnnnŋooooooœrrrrrrssssssssttttŧuuuuuuuuuuuuwwyyyzzzzzz')
        ELSE arabic END AS latin OFFSET 0) AS step_3,
    LATERAL (SELECT translate(latin, 'أإآىةؤئ', 'ااايهءء') AS letters OFFSET 0) AS step_4
$function$;
