-- audit_log_v1: what writes the audit log beside archive.staff.audit, whatever makes the change: the admin, a command, SQL.
-- Rows are only ever added: triggers refuse the rest, to the owner of the tables as to anyone (docs/security.md).
CREATE FUNCTION audit_log_kept_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'insufficient_privilege';
END
$function$;

-- audit_context_v1() -> what is told of the request in which this is (archive.staff.middleware), or NULL.
CREATE FUNCTION audit_context_v1() RETURNS jsonb
LANGUAGE sql STABLE AS $function$
    SELECT nullif(current_setting('pghistory.context_metadata', true), '')::jsonb
$function$;

-- audit_actor_v1() -> the number of the account in whose request this is, or NULL.
CREATE FUNCTION audit_actor_v1() RETURNS bigint
LANGUAGE sql STABLE AS $function$
    SELECT (audit_context_v1() ->> 'user')::bigint
$function$;

-- From where is for the log alone: what is kept with the versions of rows, and exported with them, is without it.
CREATE FUNCTION audit_context_kept_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    NEW.metadata := NEW.metadata - ARRAY['address', 'user_agent'];
    RETURN NEW;
END
$function$;

CREATE FUNCTION audit_write_v1(what text, type text, number text, name text, details jsonb, who bigint) RETURNS void
LANGUAGE sql VOLATILE AS $function$
    INSERT INTO archive_auditentry (
        action, actor_id, actor_name, object_type, object_id, object_name, details, address, user_agent
    )
    VALUES (
        what, who, coalesce((SELECT username FROM auth_user WHERE id = who), ''), type, coalesce(number, ''), name, details,
        (audit_context_v1() ->> 'address')::inet, coalesce(audit_context_v1() ->> 'user_agent', '')
    )
$function$;

-- What the admin logs of every change (django_admin_log), in its own words.
CREATE FUNCTION audit_of_admin_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    PERFORM audit_write_v1(
        CASE NEW.action_flag WHEN 1 THEN 'added' WHEN 3 THEN 'deleted' ELSE 'changed' END,
        coalesce((SELECT app_label || '.' || model FROM django_content_type WHERE id = NEW.content_type_id), ''),
        NEW.object_id, NEW.object_repr, jsonb_build_object('message', NEW.change_message), NEW.user_id
    );
    RETURN NULL;
END
$function$;

-- Who may do what: accounts, their groups and permissions, and those of groups.
CREATE FUNCTION audit_rights_v1(type text, number bigint, name text, details jsonb) RETURNS void
LANGUAGE sql VOLATILE AS $function$
    SELECT audit_write_v1('rights', type, number::text, coalesce(name, ''), details, audit_actor_v1())
$function$;

CREATE FUNCTION audit_of_accounts_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
DECLARE
    account auth_user := coalesce(NEW, OLD);
    details jsonb := jsonb_build_object('deleted', true);
BEGIN
    IF TG_OP <> 'DELETE' THEN
        details := jsonb_build_object(
            'is_active', NEW.is_active, 'is_staff', NEW.is_staff, 'is_superuser', NEW.is_superuser
        );
    END IF;
    PERFORM audit_rights_v1('auth.user', account.id, account.username, details);
    RETURN NULL;
END
$function$;

CREATE FUNCTION audit_of_user_groups_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
DECLARE
    link auth_user_groups := coalesce(NEW, OLD);
BEGIN
    PERFORM audit_rights_v1(
        'auth.user', link.user_id, (SELECT username FROM auth_user WHERE id = link.user_id),
        jsonb_build_object(
            CASE TG_OP WHEN 'INSERT' THEN 'joined' ELSE 'left' END, (SELECT name FROM auth_group WHERE id = link.group_id)
        )
    );
    RETURN NULL;
END
$function$;

-- audit_permission_v1(id) -> the permission as code names it: "archive.publish_article".
CREATE FUNCTION audit_permission_v1(number integer) RETURNS text
LANGUAGE sql STABLE AS $function$
    SELECT app_label || '.' || codename
    FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id WHERE p.id = number
$function$;

-- Of a user or of a group, by the table that the row is of.
CREATE FUNCTION audit_of_permissions_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
DECLARE
    link record := coalesce(NEW, OLD);
    details jsonb := jsonb_build_object(
        CASE TG_OP WHEN 'INSERT' THEN 'given' ELSE 'taken' END, audit_permission_v1(link.permission_id)
    );
BEGIN
    IF TG_TABLE_NAME = 'auth_group_permissions' THEN
        PERFORM audit_rights_v1(
            'auth.group', link.group_id, (SELECT name FROM auth_group WHERE id = link.group_id), details
        );
    ELSE
        PERFORM audit_rights_v1(
            'auth.user', link.user_id, (SELECT username FROM auth_user WHERE id = link.user_id), details
        );
    END IF;
    RETURN NULL;
END
$function$;

-- What readers may see, and no longer. Of new articles only those that somebody makes: imports have a record of their own.
CREATE FUNCTION audit_of_articles_v1() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    PERFORM audit_write_v1(
        'status', 'archive.article', NEW.id::text, NEW.title,
        jsonb_build_object('from', CASE TG_OP WHEN 'UPDATE' THEN OLD.status ELSE '' END, 'to', NEW.status),
        audit_actor_v1()
    );
    RETURN NULL;
END
$function$;

CREATE TRIGGER audit_log_kept_v1 BEFORE UPDATE OR DELETE ON archive_auditentry
FOR EACH ROW EXECUTE FUNCTION audit_log_kept_v1();
CREATE TRIGGER audit_log_whole_v1 BEFORE TRUNCATE ON archive_auditentry
FOR EACH STATEMENT EXECUTE FUNCTION audit_log_kept_v1();
CREATE TRIGGER audit_log_kept_v1 BEFORE UPDATE OR DELETE ON archive_auditseal
FOR EACH ROW EXECUTE FUNCTION audit_log_kept_v1();
CREATE TRIGGER audit_log_whole_v1 BEFORE TRUNCATE ON archive_auditseal
FOR EACH STATEMENT EXECUTE FUNCTION audit_log_kept_v1();

CREATE TRIGGER audit_context_kept_v1 BEFORE INSERT ON pghistory_context
FOR EACH ROW EXECUTE FUNCTION audit_context_kept_v1();

CREATE TRIGGER audit_of_admin_v1 AFTER INSERT ON django_admin_log
FOR EACH ROW EXECUTE FUNCTION audit_of_admin_v1();
CREATE TRIGGER audit_of_new_accounts_v1 AFTER INSERT ON auth_user
FOR EACH ROW WHEN (NEW.is_staff OR NEW.is_superuser) EXECUTE FUNCTION audit_of_accounts_v1();
CREATE TRIGGER audit_of_changed_accounts_v1 AFTER UPDATE OF is_active, is_staff, is_superuser ON auth_user
FOR EACH ROW WHEN (
    (OLD.is_active, OLD.is_staff, OLD.is_superuser) IS DISTINCT FROM (NEW.is_active, NEW.is_staff, NEW.is_superuser)
) EXECUTE FUNCTION audit_of_accounts_v1();
CREATE TRIGGER audit_of_gone_accounts_v1 AFTER DELETE ON auth_user
FOR EACH ROW EXECUTE FUNCTION audit_of_accounts_v1();
CREATE TRIGGER audit_of_user_groups_v1 AFTER INSERT OR DELETE ON auth_user_groups
FOR EACH ROW EXECUTE FUNCTION audit_of_user_groups_v1();
CREATE TRIGGER audit_of_user_permissions_v1 AFTER INSERT OR DELETE ON auth_user_user_permissions
FOR EACH ROW EXECUTE FUNCTION audit_of_permissions_v1();
CREATE TRIGGER audit_of_group_permissions_v1 AFTER INSERT OR DELETE ON auth_group_permissions
FOR EACH ROW EXECUTE FUNCTION audit_of_permissions_v1();
CREATE TRIGGER audit_of_articles_v1 AFTER UPDATE OF status ON archive_article
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION audit_of_articles_v1();
CREATE TRIGGER audit_of_new_articles_v1 AFTER INSERT ON archive_article
FOR EACH ROW WHEN (NEW.status IN ('published', 'scheduled') AND audit_actor_v1() IS NOT NULL)
EXECUTE FUNCTION audit_of_articles_v1();
