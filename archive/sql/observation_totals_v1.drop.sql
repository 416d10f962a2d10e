DROP TRIGGER measure_kind_v1 ON archive_measure;
DROP TRIGGER observation_totals_of_deleted_v1 ON archive_observation;
DROP TRIGGER observation_totals_of_changed_v1 ON archive_observation;
DROP TRIGGER observation_totals_of_new_v1 ON archive_observation;
DROP FUNCTION measure_kind_v1();
DROP FUNCTION observation_totals_v1();
DROP FUNCTION measure_totals_v1(bigint, date);
