-- Runs at each deployment, one statement on each line, so every statement may run again.
create table if not exists reviews (id serial primary key, author text not null, email text not null, words text not null)
