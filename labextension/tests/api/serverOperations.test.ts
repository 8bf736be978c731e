import { expect, it } from 'vitest';
import { ServerOperations } from '../../src/api/serverOperations';
import { RequestsModel } from './requestsModel';

it('asks as docs/wire.md says', async () => {
  const requests = new RequestsModel();
  const server = new ServerOperations(requests);
  requests.answer = ({ path }) =>
    path.endsWith('kinds') ? { kinds: ['a'] } : {};
  expect(await server.kinds()).toEqual(['a']);
  await server.list();
  await server.list({ version: 'f0', seconds: 25 });
  const operation = {
    kind: 'checksum',
    destination: 'home',
    path: 'a',
    parameters: {}
  };
  await server.start(operation, 'key');
  await server.cancel('id');
  await server.remove('id');
  expect(requests.asked).toEqual([
    'GET api/bigupload/operations/kinds',
    'GET api/bigupload/operations',
    'GET api/bigupload/operations?wait=25&since=f0',
    'POST api/bigupload/operations',
    'POST api/bigupload/operations/id/cancel',
    'DELETE api/bigupload/operations/id'
  ]);
  expect(requests.requests[2]?.timeout).toBeGreaterThan(25);
  expect(requests.requests[3]?.body).toEqual(operation);
  expect(requests.requests[3]?.headers).toEqual({ 'Idempotency-Key': 'key' });
});
