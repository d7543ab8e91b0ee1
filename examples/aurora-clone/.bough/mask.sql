-- Runs in every clone, one statement on each line. Production's database never runs it.
update reviews set author = 'Reader ' || id, email = 'reader-' || id || '@example.com'
