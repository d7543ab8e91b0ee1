import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import ToggleButton from '@cloudscape-design/components/toggle-button';
import { startTransition, useOptimistic } from 'react';
import { type Condition, conditions, conditionText } from '../../components/environment-status.tsx';
import type { Counts, Filters, Kind } from './filters.ts';

const kinds: readonly { kind: Kind; text: string }[] = [
  { kind: 'branch', text: 'Branches' },
  { kind: 'pull_request', text: 'Pull requests' },
];

/** The search, and a chip for each condition and kind that an environment has, with their number. */
export function FilterBar(props: {
  filters: Filters;
  counts: Counts;
  onChange: (changes: Partial<Filters>) => void;
}) {
  const { filters, counts, onChange } = props;
  // Drawing the rows takes longer than a key. The field has the text at once, and a newer text interrupts the drawing.
  const [text, setText] = useOptimistic(filters.text);
  const search = (wanted: string) =>
    startTransition(() => {
      setText(wanted);
      onChange({ text: wanted });
    });
  const shown = conditions.filter(
    (condition) => counts.has(condition) || filters.conditions.includes(condition),
  );
  const toggle = (condition: Condition, isOn: boolean) =>
    onChange({
      conditions: conditions.filter((one) => (one === condition ? isOn : filters.conditions.includes(one))),
    });
  return (
    <SpaceBetween size="xs">
      <TextFilter
        filteringText={text}
        filteringPlaceholder="Find by name, title, commit or #number"
        filteringAriaLabel="Find environments"
        filteringClearAriaLabel="Clear"
        onChange={({ detail }) => search(detail.filteringText)}
      />
      <fieldset className="chips" aria-label="Show only">
        <SpaceBetween direction="horizontal" size="xs">
          {shown.map((condition) => (
            <ToggleButton
              key={condition}
              pressed={filters.conditions.includes(condition)}
              onChange={({ detail }) => toggle(condition, detail.pressed)}
            >
              {`${conditionText[condition]} ${counts.get(condition) ?? 0}`}
            </ToggleButton>
          ))}
          {kinds.map(({ kind, text }) => (
            <ToggleButton
              key={kind}
              pressed={filters.kind === kind}
              onChange={({ detail }) => onChange({ kind: detail.pressed ? kind : null })}
            >
              {`${text} ${counts.get(kind) ?? 0}`}
            </ToggleButton>
          ))}
        </SpaceBetween>
      </fieldset>
    </SpaceBetween>
  );
}
