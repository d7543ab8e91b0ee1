import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';

/** The page of a tab without a token. */
export function Unopened() {
  return (
    <main>
      <Box padding="xxl">
        <Alert type="info" header={<h1 className="alert-heading">This tab has no key</h1>}>
          Open the address that <Box variant="code">bough console</Box> (or{' '}
          <Box variant="code">npm start</Box>) printed. It contains the key of this page.
        </Alert>
      </Box>
    </main>
  );
}
