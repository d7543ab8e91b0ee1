import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Input from '@cloudscape-design/components/input';
import { mostMatches } from './search-log.ts';

/** The search in a log. Enter shows the next place, Shift and Enter the previous one. */
export function LogSearch(props: {
  value: string;
  count: number;
  /** The index of the shown place. */
  current: number;
  onChange: (value: string) => void;
  onMove: (by: 1 | -1) => void;
}) {
  const { value, count, current, onChange, onMove } = props;
  return (
    <search className="log-search">
      <Input
        type="search"
        value={value}
        ariaLabel="Search in the log"
        placeholder="Search in the log"
        clearAriaLabel="Clear the search"
        onChange={({ detail }) => onChange(detail.value)}
        onKeyDown={({ detail }) => {
          if (detail.key === 'Enter') onMove(detail.shiftKey ? -1 : 1);
        }}
      />
      <Box color="text-body-secondary" fontSize="body-s">
        <span role="status">{value === '' ? '' : textOf(count, current)}</span>
      </Box>
      <Button
        variant="icon"
        iconName="angle-up"
        ariaLabel="Previous place"
        disabled={count === 0}
        onClick={() => onMove(-1)}
      />
      <Button
        variant="icon"
        iconName="angle-down"
        ariaLabel="Next place"
        disabled={count === 0}
        onClick={() => onMove(1)}
      />
    </search>
  );
}

function textOf(count: number, current: number): string {
  if (count === 0) return 'Not found';
  return `${current + 1} of ${count === mostMatches ? `${count} or more` : count}`;
}
