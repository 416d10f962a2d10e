DROP FUNCTION arabic_fold_v1(text);
