const records = [
  { id: '1', title: 'Kind of Blue', artist: 'Miles Davis' },
  { id: '2', title: 'Hejira', artist: 'Joni Mitchell' },
];

const pages = [
  { path: /^\/$/, show: () => records.map(({ id, title }) => ({ text: title, link: `/records/${id}` })) },
  { path: /^\/about$/, show: () => [{ text: 'Records since 1974.' }] },
  { path: /^\/records\/(\w+)$/, show: showRecord },
];

function showRecord(id) {
  const record = records.find((each) => each.id === id);
  return record ? [{ text: record.title }, { text: `by ${record.artist}` }] : null;
}

/** The lines of the page at a path below the application's base, such as `/records/1`. */
export function linesAt(path) {
  for (const page of pages) {
    const match = page.path.exec(path);
    const lines = match && page.show(...match.slice(1));
    if (lines) return lines;
  }
  return [{ text: 'There is no such page.' }];
}
