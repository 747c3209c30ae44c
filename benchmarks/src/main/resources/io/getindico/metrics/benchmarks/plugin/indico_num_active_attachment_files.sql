SELECT count(*) FROM attachments.attachments attachment
JOIN attachments.folders link ON link.id = attachment.folder_id
:live_link
  AND NOT attachment.is_deleted
