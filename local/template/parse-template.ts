import { parse } from 'yaml';

/** The functions that templates in YAML may abbreviate as tags: `!Sub` is `Fn::Sub`. */
const abbreviated = ['Fn::GetAtt', 'Fn::Join', 'Fn::Select', 'Fn::Split', 'Fn::Sub', 'Ref'];

/** Parses a CloudFormation template in YAML or JSON, with abbreviated functions in their long form. */
export function parseTemplate(text: string): unknown {
  return parse(text, { customTags: abbreviated.flatMap(tagsOf) });
}

function tagsOf(name: string) {
  const tag = `!${name.replace('Fn::', '')}`;
  const isAttribute = name === 'Fn::GetAtt';
  return [
    // `!GetAtt Resource.Attribute` is a list in its long form.
    { tag, resolve: (value: string) => ({ [name]: isAttribute ? value.split(/\.(.*)/s, 2) : value }) },
    {
      tag,
      collection: 'seq' as const,
      resolve: (items: { toJSON(): unknown }) => ({ [name]: items.toJSON() }),
    },
  ];
}
