/** Another process uses a port of the local stack. */
export class PortInUseError extends Error {
  readonly port: number;

  constructor(port: number) {
    super(`Port ${port} is in use. Stop the process that listens there, or choose another port.`);
    this.name = 'PortInUseError';
    this.port = port;
  }
}

/** Another local stack uses the state directory. */
export class StateInUseError extends Error {
  readonly directory: string;

  constructor(directory: string) {
    super(`Another local stack runs on ${directory}. Stop it first, or choose another state directory.`);
    this.name = 'StateInUseError';
    this.directory = directory;
  }
}

/** The state directory was written for a different template. */
export class StateMismatchError extends Error {
  constructor(resource: string, directory: string) {
    super(`${resource} was created from another template. Remove ${directory} to start afresh.`);
    this.name = 'StateMismatchError';
  }
}

/** The template uses a feature that the local stack does not emulate. */
export class UnsupportedTemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsupportedTemplateError';
  }
}

/** An environment variable of the local stack has an invalid value. */
export class InvalidOptionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidOptionError';
  }
}
