// A database with the statements of the example: create table if not exists, insert, update of all rows, select of all rows.
// Values are texts, numbers, columns, and their concatenation with `||`. Every other statement is refused.

/** Runs a statement in a database, which is a record of tables. Returns the selected rows; throws for a wrong statement. */
export function runSql(database, statement) {
  const forms = [
    [/^create table if not exists (\w+) \((.+)\)$/i, createTable],
    [/^insert into (\w+) \((.+?)\) values \((.+)\)$/i, insert],
    [/^update (\w+) set (.+)$/i, update],
    [/^select (.+) from (\w+) order by (\w+)$/i, select],
  ];
  for (const [form, run] of forms) {
    const found = form.exec(statement.trim());
    if (found) return run(database, ...found.slice(1)) ?? [];
  }
  throw new Error(`ERROR: syntax error at or near "${statement.slice(0, 20)}"`);
}

function createTable(database, name, definition) {
  const columns = definition.split(', ').map((column) => column.split(' ')[0]);
  database[name] ??= { columns, rows: [] };
}

function tableOf(database, name) {
  if (database[name]) return database[name];
  throw new Error(`ERROR: relation "${name}" does not exist`);
}

function evaluate({ columns }, row, expression) {
  const values = expression.split(/ *\|\| */).map((term) => {
    const literal = /^'(.*)'$/.exec(term)?.[1] ?? (/^\d+$/.test(term) ? Number(term) : undefined);
    if (literal === undefined && !columns.includes(term))
      throw new Error(`ERROR: column "${term}" does not exist`);
    return literal ?? row[term];
  });
  return values.length === 1 ? values[0] : values.join('');
}

function insert(database, name, names, values) {
  const table = tableOf(database, name);
  const given = splitList(values).map((value) => evaluate(table, {}, value));
  table.rows.push({
    id: table.rows.length + 1,
    ...Object.fromEntries(names.split(', ').map((column, at) => [column, given[at]])),
  });
}

function update(database, name, assignments) {
  const table = tableOf(database, name);
  const changes = splitList(assignments).map((one) => one.split(/ = (.*)/s).slice(0, 2));
  table.rows = table.rows.map((row) => ({
    ...row,
    ...Object.fromEntries(changes.map(([column, value]) => [column, evaluate(table, row, value)])),
  }));
}

function select(database, names, name, order) {
  const table = tableOf(database, name);
  const rows = [...table.rows].sort((a, b) => (a[order] < b[order] ? -1 : 1));
  return rows.map((row) =>
    Object.fromEntries(splitList(names).map((column) => [column, evaluate(table, row, column)])),
  );
}

/** Splits at commas outside of texts. */
const splitList = (text) => text.match(/(?:'[^']*'|[^,'])+/g).map((part) => part.trim());
