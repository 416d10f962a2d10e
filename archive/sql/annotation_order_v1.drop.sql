DROP TRIGGER annotation_order_v1 ON archive_unannotatedarticle;
DROP FUNCTION annotation_order_v1();
