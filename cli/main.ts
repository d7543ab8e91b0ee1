import { run } from './program.ts';
import { nodeTerminal } from './terminal/node-terminal.ts';

// A command says what it has to say; which Node the SDK wants next year is not it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
process.exitCode = await run(process.argv.slice(2), nodeTerminal());
