SELECT coalesce(sum(file.size), 0) FROM attachments.files file
JOIN attachments.attachments attachment ON attachment.file_id = file.id
JOIN attachments.folders link ON link.id = attachment.folder_id
:live_link
  AND NOT attachment.is_deleted
