import { run } from './program.ts';
import { nodeTerminal } from './terminal/node-terminal.ts';

// Silence the SDK's Node deprecation warning.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
process.exitCode = await run(process.argv.slice(2), nodeTerminal());
