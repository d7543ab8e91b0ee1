import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { foreignText } from '../../../components/foreign.tsx';
import type { Fields } from './fields.ts';
import { choices, numbers, selections } from './form-texts.ts';

/** The options of an integration. */
export function OptionFields(fields: Fields) {
  const { type, isNew, values, problems, change, keep } = fields;
  return (
    <SpaceBetween size="m">
      {choices.map((choice) => (
        <ChoiceField key={choice.name} choice={choice} {...fields} />
      ))}
      {selections.map(({ name, label, description, options }) => (
        <FormField
          key={name}
          label={label}
          description={description}
          errorText={problems[name] && foreignText(problems[name])}
        >
          <Select
            ref={keep(name)}
            options={options}
            selectedOption={options.find(({ value }) => value === values[name]) ?? null}
            onChange={({ detail }) => change({ [name]: detail.selectedOption.value ?? '' })}
          />
        </FormField>
      ))}
      {numbers
        .filter(({ only }) => only === undefined || only === type)
        .map(({ name, label, description }) => (
          <FormField
            key={name}
            label={label}
            description={description}
            errorText={problems[name] && foreignText(problems[name])}
          >
            <Input
              ref={keep(name)}
              inputMode="numeric"
              value={values[name]}
              onChange={({ detail }) => change({ [name]: detail.value })}
            />
          </FormField>
        ))}
      {isNew && (
        <FormField errorText={problems.adopt && foreignText(problems.adopt)}>
          <Checkbox
            ref={keep('adopt')}
            checked={values.adopt}
            description="Take over environments that an integration with another repository left in this project."
            onChange={({ detail }) => change({ adopt: detail.checked })}
          >
            Adopt
          </Checkbox>
        </FormField>
      )}
    </SpaceBetween>
  );
}

function ChoiceField({
  choice: { name, label, description },
  values,
  problems,
  change,
  keep,
}: Fields & { choice: (typeof choices)[number] }) {
  // A prune compares with fetched branches.
  const isOff = name === 'prune_branches' && !values.fetch_branches;
  const problem = problems[name];
  return (
    <FormField errorText={problem && foreignText(problem)}>
      <Checkbox
        ref={keep(name)}
        checked={values[name] && !isOff}
        disabled={isOff}
        description={description}
        onChange={({ detail }) => change({ [name]: detail.checked })}
      >
        {label}
      </Checkbox>
    </FormField>
  );
}
