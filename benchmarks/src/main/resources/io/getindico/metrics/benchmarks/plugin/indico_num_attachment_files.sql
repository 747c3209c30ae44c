SELECT count(*) FROM attachments.files file JOIN attachments.attachments attachment ON attachment.id = file.attachment_id
