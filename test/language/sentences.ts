import ts from 'typescript';

/** A sentence or an export that breaks a rule of the house, with its place. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A piece of prose of a file: a comment, a text in quotation marks, or a paragraph of a document. */
interface Prose {
  readonly line: number;
  readonly text: string;
}

const CODE = /\.(ts|mts|mjs|js|tsx)$/;

/** A word that stands for the subject of a sentence, so that the reader has to guess the subject. */
const STAND_IN =
  /(?:^|[.!?:]["'`)*_]*\s+|^[-*#>|\d.\s]*)((?:What|Whatever|Who|Whoever|Whom|Those|One that)\b[^.!?]*[.!?]?)/gm;

/**
 * Finds sentences that begin with a word that stands for their subject. Questions are allowed.
 * @param source the text of a TypeScript, JavaScript, shell, YAML or Markdown file
 */
export function standInSubjects(file: string, source: string): Finding[] {
  return proseOf(file, source).flatMap(({ line, text }) =>
    [...text.matchAll(STAND_IN)]
      .map(([, sentence = '']) => sentence.trim())
      .filter((sentence) => !sentence.endsWith('?'))
      .map((sentence) => ({
        file,
        line,
        message: `begins with a stand-in for its subject: “${shorten(sentence)}”`,
      })),
  );
}

/** Finds comments that begin with “it”: nothing is named yet that the word could refer to. */
export function namelessBeginnings(file: string, source: string): Finding[] {
  if (!CODE.test(file)) return [];
  return commentsOf(parse(file, source))
    .filter(({ text }) => /^It\b/.test(text))
    .map(({ line, text }) => ({ file, line, message: `a comment begins with “It”: “${shorten(text)}”` }));
}

/** Finds exported declarations that have no doc comment. */
export function undocumentedExports(file: string, source: string): Finding[] {
  const tree = parse(file, source);
  return tree.statements
    .filter((statement) => isExported(statement) && !isOverload(statement))
    .filter((statement) => ts.getJSDocCommentsAndTags(statement).length === 0)
    .map((statement) => ({
      file,
      line: lineOf(tree, statement.getStart(tree)),
      message: `has no doc comment: ${nameOf(statement)}`,
    }));
}

function proseOf(file: string, source: string): Prose[] {
  if (file.endsWith('.md')) return paragraphsOf(source);
  if (CODE.test(file)) {
    const tree = parse(file, source);
    return [...commentsOf(tree), ...textsOf(tree)];
  }
  return hashCommentsOf(source);
}

function paragraphsOf(source: string): Prose[] {
  const withoutCode = source.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, (block) => block.replaceAll(/[^\n]/g, ''));
  return withoutCode
    .split('\n')
    .flatMap((text, index) => text.split('|').map((cell) => ({ line: index + 1, text: cell.trim() })))
    .filter(({ text }) => text !== '');
}

function commentsOf(tree: ts.SourceFile): Prose[] {
  const source = tree.text;
  const comments = new Map<number, Prose>();
  const add = ({ pos, end }: ts.CommentRange) => {
    comments.set(pos, { line: lineOf(tree, pos), text: withoutMarks(source.slice(pos, end)) });
  };
  const visit = (node: ts.Node) => {
    const children = node.getChildren(tree);
    if (children.length === 0) {
      for (const range of ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []) add(range);
      for (const range of ts.getTrailingCommentRanges(source, node.getEnd()) ?? []) add(range);
    }
    for (const child of children) visit(child);
  };
  visit(tree);
  return joinLines([...comments.values()].sort((a, b) => a.line - b.line));
}

/** Makes one text of consecutive `//` comments, whose sentences run over several lines. */
function joinLines(comments: readonly Prose[]): Prose[] {
  const joined: { line: number; lines: string[] }[] = [];
  for (const { line, text } of comments) {
    const last = joined.at(-1);
    if (last !== undefined && line === last.line + last.lines.length) last.lines.push(...text.split('\n'));
    else joined.push({ line, lines: text.split('\n') });
  }
  return joined.map(({ line, lines }) => ({
    line,
    text: lines.join('\n').replaceAll(/\n(?![-*@\n]|\s*$)/g, ' '),
  }));
}

function textsOf(tree: ts.SourceFile): Prose[] {
  const texts: Prose[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) {
      texts.push({ line: lineOf(tree, node.getStart(tree)), text: node.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return texts.filter(({ text }) => text.includes(' '));
}

function hashCommentsOf(source: string): Prose[] {
  return source.split('\n').flatMap((text, index) => {
    const [, comment] = /(?:^|\s)#\s+(.*)$/.exec(text) ?? [];
    return comment === undefined ? [] : [{ line: index + 1, text: comment }];
  });
}

/** The text of a comment, without the marks that make it one. */
function withoutMarks(comment: string): string {
  return comment
    .replace(/^\/\*\*?/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^(\/\/+|\*(?!\*))\s?/, '')
        .replace(/^@(?:param|returns?|throws|see)\s+(?:\S+\s+)?/, ''),
    )
    .join('\n')
    .trim();
}

function isExported(node: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

/** The implementation of an overloaded function is not seen from outside. */
function isOverload(node: ts.Statement): boolean {
  return ts.isFunctionDeclaration(node) && node.body === undefined;
}

/** The first line of a declaration names it. */
function nameOf(statement: ts.Statement): string {
  return shorten(statement.getText().split('\n', 1)[0] ?? '');
}

let parsed: { source: string; tree: ts.SourceFile } | undefined;

/** The tree of a file; the last one is kept, because each check asks for it. */
function parse(file: string, source: string): ts.SourceFile {
  if (parsed?.source !== source) {
    parsed = { source, tree: ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true) };
  }
  return parsed.tree;
}

function lineOf(tree: ts.SourceFile, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}

function shorten(sentence: string): string {
  return sentence.length > 80 ? `${sentence.slice(0, 79)}…` : sentence;
}
