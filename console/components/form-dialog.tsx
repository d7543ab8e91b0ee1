import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useEffect, useId, useState } from 'react';
import type { ApiFailure } from '../api/api-failure.ts';
import { placeText } from '../api/deployment-place.ts';
import { foreignText } from './foreign.tsx';
import { useDeploymentPlace } from './use-deployment-place.ts';

/** A dialog with a form. Enter submits it, Escape closes it. */
export function FormDialog(props: {
  title: string;
  submitText: string;
  cancelText?: string;
  /** False while the input cannot be submitted. */
  canSubmit?: boolean;
  isBusy: boolean;
  /** The failure of the last attempt. Messages by field are shown by the fields. */
  failure: ApiFailure | null;
  /** True when the dialog names the account, region and stack in which something is lost. */
  isDestructive?: boolean;
  /** The fields that show their own messages. */
  fields?: readonly string[];
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const {
    title,
    submitText,
    cancelText = 'Cancel',
    canSubmit = true,
    isBusy,
    failure,
    isDestructive = false,
    fields = [],
    onSubmit,
    onClose,
    children,
  } = props;
  const id = useId();
  useFocusOfOpener();
  return (
    <Modal
      visible
      header={foreignText(title)}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {cancelText}
            </Button>
            <Button variant="primary" form={id} loading={isBusy} disabled={!canSubmit}>
              {submitText}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        id={id}
        onSubmit={(event) => {
          event.preventDefault();
          if (canSubmit && !isBusy) onSubmit();
        }}
      >
        <Form>
          <SpaceBetween size="m">
            {children}
            {isDestructive && <Place />}
            {failure && <Refusal failure={failure} fields={fields} />}
          </SpaceBetween>
        </Form>
      </form>
    </Modal>
  );
}

/** The place in which a dialog acts. */
function Place() {
  const place = placeText(useDeploymentPlace());
  if (place === '') return null;
  return <Box color="text-body-secondary">This happens in the {place}.</Box>;
}

/** Gives the focus back to the element that opened the dialog. A field with `autoFocus` hides it from Cloudscape's dialog. */
function useFocusOfOpener(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement) requestAnimationFrame(() => opener.focus());
    },
    [opener],
  );
}

/** The failures that no field shows. */
function Refusal({ failure, fields }: { failure: ApiFailure; fields: readonly string[] }) {
  const others = Object.entries(failure.fields).filter(([field]) => !fields.includes(field));
  if (Object.keys(failure.fields).length > 0 && others.length === 0) return null;
  const [, because = failure.message] = others[0] ?? [];
  return (
    <Alert type="error" header={foreignText(because)}>
      {failure.remedy === null ? null : foreignText(failure.remedy)}
    </Alert>
  );
}
