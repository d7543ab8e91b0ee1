import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';

/** The content of a tree whose filters no environment matches. */
export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <Box textAlign="center" padding="m">
      <SpaceBetween size="s">
        <Box variant="strong">No environment matches</Box>
        <Button onClick={onClear}>Clear the filters</Button>
      </SpaceBetween>
    </Box>
  );
}
