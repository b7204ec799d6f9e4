-- A copy of the database must neither book nor cancel parcels at DHL. A carrier that was DHL's before still keeps its
-- login, so all are cleared.
UPDATE delivery_carrier
   SET dhl_de_user = NULL,
       dhl_de_password = NULL,
       dhl_de_api_key = NULL,
       dhl_de_api_secret = NULL,
       dhl_de_api_url = NULL;

UPDATE delivery_carrier
   SET prod_environment = false
 WHERE delivery_type = 'dhl_de';

UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id
         FROM ir_model_data
        WHERE module = 'delivery_dhl_de'
          AND model = 'ir.cron'
 );
