import { createServer } from 'node:http';

const { PORT = '8080', COMMIT = 'unknown', RESTRICT_ROBOTS = 'true' } = process.env;

const server = createServer((request, response) => {
  // Search engines must not index previews.
  if (RESTRICT_ROBOTS === 'true') response.setHeader('x-robots-tag', 'noindex');
  response.setHeader('content-type', 'text/html; charset=utf-8');
  if (request.url !== '/') response.writeHead(404).end('<h1>This shelf is empty</h1>');
  else response.end(`<!doctype html><title>The bakery</title><h1>The bakery</h1><p>Baked from ${COMMIT}</p>`);
});

server.listen(Number(PORT), () => console.log(`Listening on port ${server.address().port}`));
process.once('SIGTERM', () => server.close());
