/** Texts that try to leave their place: markup, URLs of scripts, controls of direction, and long names without a break. */
export const hostile = {
  markup: `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`,
  script: 'javascript:document.title="owned"',
  direction: 'abc\u202egpj.exe\u2066\u200b',
  long: 'x'.repeat(250),
} as const;

/** All of them in one text. */
export const hostileText = Object.values(hostile).join(' ');
