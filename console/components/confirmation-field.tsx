import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { foreignText } from './foreign.tsx';

/** Asks the user to type a name, before something is lost that nobody can restore. */
export function ConfirmationField(props: {
  expected: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { expected, value, onChange } = props;
  return (
    <FormField label={`To confirm, type ${foreignText(expected)}`}>
      <Input
        value={value}
        placeholder={foreignText(expected)}
        autoComplete={false}
        spellcheck={false}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}
