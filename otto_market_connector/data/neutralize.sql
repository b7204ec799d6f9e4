-- A copied database does not talk to OTTO: no credentials, no address, no scheduled actions.
UPDATE otto_channel
   SET client_id = NULL,
       client_secret = NULL,
       username = NULL,
       password = NULL,
       base_url = NULL,
       environment = 'sandbox',
       connection_state = 'unknown',
       connection_message = NULL;
UPDATE ir_cron
   SET active = false
 WHERE id IN (SELECT cron_id FROM otto_sync);
-- What a copy is made for may need its data.
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id
         FROM ir_model_data
        WHERE module = 'otto_market_connector'
          AND model = 'ir.cron'
 );
-- Logins that somebody is about to enter.
DELETE FROM otto_guided_start;
