import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { sessionQuery } from '../api/session-info.ts';

/** A button that changes something, or leads to a change. A console that only reads says so on it. */
export function WriteButton(props: ButtonProps) {
  const { data: session } = useQuery(sessionQuery(useApi()));
  if (!session?.read_only) return <Button {...props} />;
  return (
    <Button
      {...props}
      disabled
      disabledReason="This console only reads. Start bough console without --read-only."
    />
  );
}
