SELECT count(*) FROM categories.categories WHERE NOT is_deleted
