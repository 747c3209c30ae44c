SELECT count(*) FROM plugin_livesync.queues WHERE NOT processed
