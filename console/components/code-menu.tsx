import Box from '@cloudscape-design/components/box';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { cloneCommand } from './clone-command.ts';
import { Command } from './command.tsx';

/** Code → Git: the command that clones the repository, and checks out the branch of an environment. */
export function CodeMenu({ repository, branch }: { repository: string; branch: string | null }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ButtonDropdown
        items={[
          {
            id: 'git',
            text: 'Git',
            disabled: repository === '',
            disabledReason: 'The project has no integration yet',
          },
        ]}
        onItemClick={() => setOpen(true)}
      >
        Code
      </ButtonDropdown>
      {isOpen && (
        <Modal visible header="Clone with Git" closeAriaLabel="Close" onDismiss={() => setOpen(false)}>
          <SpaceBetween size="s">
            <Command text={cloneCommand(repository, branch)} />
            <Box variant="p">
              The command clones your Bitbucket repository, if you have the access to do so. Push to
              Bitbucket: the environments follow.
            </Box>
          </SpaceBetween>
        </Modal>
      )}
    </>
  );
}
