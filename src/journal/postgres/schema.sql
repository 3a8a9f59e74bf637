-- What a log has in its database, in a schema of its own: one store a database. See postgres.md.
CREATE SCHEMA escrowdb;

-- Which store it is, what counts as durable, and up to which block it was archived. One row.
CREATE TABLE escrowdb.store (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    layout integer NOT NULL,
    store bytea NOT NULL CHECK (length(store) = 16),
    -- Those of which `required` have to have what is answered, by application_name.
    standbys text[] NOT NULL,
    required integer NOT NULL CHECK (required >= 0),
    archived_number bigint NOT NULL,
    archived_hash bytea NOT NULL CHECK (length(archived_hash) = 32),
    archived_time bigint NOT NULL
);

-- Who leads, and until when that is said. One row.
CREATE TABLE escrowdb.lease (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    epoch bigint NOT NULL,
    holder text NOT NULL,
    expires_at timestamptz NOT NULL
);

-- The blocks, as they would be in a file.
CREATE TABLE escrowdb.block (
    number bigint PRIMARY KEY CHECK (number > 0),
    epoch bigint NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    last_time bigint NOT NULL,
    body bytea NOT NULL
);
-- They do not get smaller, and their headers are read alone.
ALTER TABLE escrowdb.block ALTER COLUMN body SET STORAGE EXTERNAL;

-- Appends a block for the leader of an epoch. The answer says what is so when it commits:
-- 0 the block is there; 1 a later epoch leads; 2 this server knows of an earlier epoch only;
-- 3 another block has the number; 4 the block before is not there.
CREATE FUNCTION escrowdb.append(
    my_epoch bigint, my_number bigint, before bytea, my_hash bytea, my_time bigint, my_body bytea
) RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    current_epoch bigint;
    kept bytea;
BEGIN
    -- Whoever takes over waits for this.
    PERFORM pg_advisory_xact_lock_shared(1702061938, 1);
    SELECT epoch INTO current_epoch FROM escrowdb.lease;
    IF current_epoch > my_epoch THEN RETURN 1; END IF;
    IF current_epoch IS NULL OR current_epoch < my_epoch THEN RETURN 2; END IF;
    SELECT hash INTO kept FROM escrowdb.block WHERE number = my_number - 1;
    IF kept IS NULL THEN
        SELECT archived_hash INTO kept FROM escrowdb.store WHERE archived_number = my_number - 1;
    END IF;
    IF kept IS NULL OR kept <> before THEN RETURN 4; END IF;
    INSERT INTO escrowdb.block (number, epoch, hash, last_time, body)
        VALUES (my_number, my_epoch, my_hash, my_time, my_body)
        ON CONFLICT (number) DO NOTHING;
    IF FOUND THEN RETURN 0; END IF;
    SELECT hash INTO kept FROM escrowdb.block WHERE number = my_number;
    RETURN CASE WHEN kept = my_hash THEN 0 ELSE 3 END;
END $$;

-- Takes the lead, unless somebody else has it: then `new_epoch` is null, and the rest says who, until
-- when, and for how many milliseconds more.
CREATE FUNCTION escrowdb.take_over(
    my_holder text, lease_ms bigint,
    OUT new_epoch bigint, OUT who text, OUT until text, OUT left_ms bigint
) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    -- Appends that are under way end first.
    PERFORM pg_advisory_xact_lock(1702061938, 1);
    SELECT holder, expires_at::text,
            ceil(extract(epoch FROM expires_at - clock_timestamp()) * 1000)::bigint
        INTO who, until, left_ms FROM escrowdb.lease FOR UPDATE;
    IF left_ms > 0 THEN RETURN; END IF;
    UPDATE escrowdb.lease SET epoch = epoch + 1, holder = my_holder,
            expires_at = clock_timestamp() + lease_ms * interval '1 millisecond'
        RETURNING epoch INTO new_epoch;
END $$;
