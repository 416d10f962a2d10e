DROP FUNCTION arabic_spellings_v2(text);
CREATE OR REPLACE FUNCTION arabic_fold_v1(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $function$
    SELECT CASE WHEN letters ~ '[\u00ad\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]'
        THEN regexp_replace(letters, '[\u00ad\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+', '', 'g')
        ELSE letters END
    FROM (SELECT CASE WHEN value ~ '[\u0300-\u036f\u0653-\u0655\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]'
        -- Run by run, so that a word is folded alike whatever else the text holds.
        THEN (SELECT string_agg(
                CASE WHEN run[1] ~ '[\u0300-\u036f\u0653-\u0655\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]'
                THEN normalize(run[1], NFKC) ELSE run[1] END, '' ORDER BY place)
            FROM regexp_matches(value,
                '[0-9A-Za-z\u00ad\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0300-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u0481\u048a-\u052f\u0531-\u0556\u0561-\u0587\u05d0-\u05ea\u0610-\u061a\u0621-\u0669\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06fc\u06ff\u0750-\u077f\u08a0-\u08b4\u08b6-\u08c7\u08d3-\u08ff\u0904-\u0939\u0e01-\u0e30\u10a0-\u11ff\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe00-\ufe0f\ufe70-\ufefc\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+|[^0-9A-Za-z\u00ad\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0300-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u0481\u048a-\u052f\u0531-\u0556\u0561-\u0587\u05d0-\u05ea\u0610-\u061a\u0621-\u0669\u066e-\u06d3\u06d5-\u06dc\u06df-\u06e8\u06ea-\u06fc\u06ff\u0750-\u077f\u08a0-\u08b4\u08b6-\u08c7\u08d3-\u08ff\u0904-\u0939\u0e01-\u0e30\u10a0-\u11ff\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe00-\ufe0f\ufe70-\ufefc\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+',
                'g') WITH ORDINALITY AS runs (run, place))
        ELSE value END AS composed OFFSET 0) AS step_1,
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
DROP FUNCTION arabic_letters_v2(text);
