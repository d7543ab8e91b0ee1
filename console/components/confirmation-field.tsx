import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { typable } from '../../shared/domain/values/text.ts';

/** Asks the user to type a name, before something is lost that nobody can restore. */
export function ConfirmationField(props: {
  expected: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { value, onChange } = props;
  const expected = typable(props.expected);
  return (
    <FormField label={`To confirm, type ${expected}`}>
      <Input
        value={value}
        placeholder={expected}
        autoComplete={false}
        spellcheck={false}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}
