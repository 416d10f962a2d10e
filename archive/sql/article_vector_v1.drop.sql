DROP FUNCTION article_vector_v1(text, text, text, text);
