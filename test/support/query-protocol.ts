import * as z from 'zod';
import type { Exchange } from './aws-models.ts';

const Form = z.looseObject({ Action: z.string(), Version: z.string() });
const Failure = z.strictObject({
  ErrorResponse: z.strictObject({
    Error: z.strictObject({ Type: z.enum(['Sender', 'Receiver']), Code: z.string(), Message: z.string() }),
    RequestId: z.string(),
  }),
});

/** Parses a call of AWS's query protocol: the form of the request and the XML of the response. */
export function queryExchange(form: string, xml: string): Exchange {
  const fields = [...new URLSearchParams(form)].map(([name, value]) => ({ path: name.split('.'), value }));
  const { Action: operation, Version: _, ...input } = Form.parse(structureOf(fields));
  const answer = readXml(xml.replace(/^<\?xml[^>]*\?>/, ''));
  const failure = Failure.safeParse(answer);
  if (failure.success)
    return { operation, input, output: null, error: failure.data.ErrorResponse.Error.Code };
  const Success = z.strictObject({
    [`${operation}Response`]: z.strictObject({
      [`${operation}Result`]: z.unknown(),
      ResponseMetadata: z.strictObject({ RequestId: z.string() }),
    }),
  });
  const output = Success.parse(answer)[`${operation}Response`]?.[`${operation}Result`];
  return { operation, input, output, error: null };
}

interface Field {
  path: readonly string[];
  value: string;
}

/** Nests the fields by their dotted names. `Tags.member.1.Key` is the key of the first tag. */
function structureOf(fields: readonly Field[]): unknown {
  const [first] = fields;
  if (first?.path.length === 0) return first.value;
  const names = [...new Set(fields.map(({ path: [name = ''] }) => name))];
  const members = names.map((name) => {
    const its = fields.filter(({ path }) => path[0] === name);
    return [name, structureOf(its.map(({ path, value }) => ({ path: path.slice(1), value })))] as const;
  });
  const [, list] = members.find(([name]) => name === 'member') ?? [];
  return typeof list === 'object' && list !== null ? Object.values(list) : Object.fromEntries(members);
}

/** The elements by name. An element must not contain an element of the same name. */
function readXml(xml: string): unknown {
  const elements = [...xml.matchAll(/<(\w+)(?:\s[^>]*)?>([\s\S]*?)<\/\1>/g)];
  if (elements.length === 0) return xml;
  return Object.fromEntries(elements.map(([, name = '', content = '']) => [name, readXml(content)]));
}
