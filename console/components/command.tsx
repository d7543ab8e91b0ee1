import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { foreignText } from './foreign.tsx';

/** A command with a button that copies it. */
export function Command({ text }: { text: string }) {
  return (
    <div className="command">
      <code className="code">{foreignText(text)}</code>
      <CopyToClipboard
        variant="icon"
        textToCopy={text}
        copyButtonAriaLabel="Copy the command"
        copySuccessText="Copied"
        copyErrorText="The browser did not copy it"
      />
    </div>
  );
}
