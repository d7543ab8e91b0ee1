/** The command that clones a repository. Arguments are quoted for a shell when they have other than plain characters. */
export function cloneCommand(repository: string, branch: string | null): string {
  const words = ['git', 'clone', ...(branch === null ? [] : ['--branch', branch]), repository];
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
