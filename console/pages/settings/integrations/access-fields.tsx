import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { foreignText } from '../../../components/foreign.tsx';
import type { Fields } from './fields.ts';
import { accessFields } from './form-texts.ts';

/** The fields that give access to a repository. */
export function AccessFields({ type, isNew, values, problems, change, keep }: Fields) {
  return (
    <SpaceBetween size="m">
      {accessFields[type].map(({ name, label, description, placeholder, isSecret = false }) => {
        const isKept = isSecret && !isNew;
        const problem = problems[name];
        return (
          <FormField
            key={name}
            label={label}
            description={isKept ? `${description}. Leave it empty to keep the current one` : description}
            errorText={problem && foreignText(problem)}
          >
            <Input
              ref={keep(name)}
              type={isSecret ? 'password' : 'text'}
              value={values[name]}
              placeholder={isKept ? 'unchanged' : placeholder}
              autoComplete={isSecret ? 'new-password' : 'off'}
              spellcheck={false}
              onChange={({ detail }) => change({ [name]: detail.value })}
            />
          </FormField>
        );
      })}
    </SpaceBetween>
  );
}
