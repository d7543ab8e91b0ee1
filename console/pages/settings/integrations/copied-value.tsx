import Box from '@cloudscape-design/components/box';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';

/** A value under its label, with a button that copies it. */
export function CopiedValue({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <CopyToClipboard
        variant="inline"
        textToDisplay={text}
        textToCopy={text}
        copyButtonAriaLabel={`Copy: ${label}`}
        copySuccessText="Copied"
        copyErrorText="The browser did not copy it"
      />
    </div>
  );
}
