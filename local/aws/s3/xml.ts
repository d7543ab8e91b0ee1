type XmlText = string | number | boolean;

/** Child elements by name: text or elements. A list repeats the element, undefined omits it. */
export interface XmlElements {
  readonly [name: string]: XmlText | XmlElements | readonly (string | XmlElements)[] | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#10;',
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Writes a document, by default in S3's namespace; errors have no namespace. */
export function writeXml(root: string, content: XmlElements, namespace = S3_NAMESPACE): string {
  const attribute = root === 'Error' ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${writeContent(content)}</${root}>`;
}

function writeContent(content: XmlElements): string {
  return Object.entries(content)
    .flatMap(([name, value]) => (isList(value) ? value : [value]).map((item) => writeElement(name, item)))
    .join('');
}

function isList(value: XmlElements[string]): value is readonly (string | XmlElements)[] {
  return Array.isArray(value);
}

function writeElement(name: string, value: XmlText | XmlElements | undefined): string {
  if (value === undefined) return '';
  const content = typeof value === 'object' ? writeContent(value) : encodeText(String(value));
  return `<${name}>${content}</${name}>`;
}

function encodeText(text: string): string {
  return text.replace(/[&<>"\r\n]/g, (character) => ESCAPES[character] ?? character);
}

/** Returns the contents of all elements with this name, in order. Elements must not nest in themselves. */
export function readElements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, content]) => content ?? '',
  );
}

/** Returns the text of the first element with this name. */
export function readText(xml: string, name: string): string | undefined {
  const [content] = readElements(xml, name);
  return content === undefined ? undefined : decodeText(content);
}

function decodeText(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (entity, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[String(name)] ?? entity;
  });
}
