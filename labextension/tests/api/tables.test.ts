import { expect, it } from 'vitest';
import { ServerTables } from '../../src/api/serverTables';
import { recipeOf } from '../tables/tablesModel';
import { RequestsModel } from './requestsModel';

it('asks as docs/wire.md says', async () => {
  const requests = new RequestsModel();
  requests.answer = () => ({ recipes: ['a'] });
  const server = new ServerTables(requests);
  const { signal } = new AbortController();
  const source = { upload: 'u' };
  const preview = { source, recipe: null, start: 0, count: 100 };
  await server.preview(preview, signal);
  await server.diff(
    { database: 'a.db', table: 't', from: 'a', to: 'b', start: 0, count: 9 },
    signal
  );
  await server.history('a.db');
  expect(await server.recipes()).toEqual(['a']);
  await server.saveRecipe('mine', recipeOf());
  await server.removeRecipe('a/b');
  expect(requests.asked).toEqual([
    'POST api/bigupload/tables/preview',
    'POST api/bigupload/tables/diff',
    'POST api/bigupload/tables/history',
    'GET api/bigupload/tables/recipes',
    'POST api/bigupload/tables/recipes',
    'DELETE api/bigupload/tables/recipes/a%2Fb'
  ]);
  expect(requests.requests[0]?.body).toEqual(preview);
  expect(requests.requests[0]?.signal).toBe(signal);
  expect(requests.requests[1]?.body).toMatchObject({
    database: { destination: 'home', path: 'a.db' },
    table: 't'
  });
});
