import { beforeEach, describe, expect, it } from 'vitest';
import type { IChoiceStore } from '../../src/api/destinations/destinations';
import { Destinations } from '../../src/api/destinations/destinations';
import { StoreAccess } from '../../src/api/stores/storeAccess';
import type { ProbeResult } from '../../src/api/stores/storeAccess';
import type { IChoice, IDestination } from '../../src/destinations';
import { RequestsModel } from './requestsModel';

const HOME: IDestination = {
  name: 'home',
  title: 'Home folder',
  kind: 'folder',
  url: null,
  direct: false,
  browse: false,
  note: null,
  state: 'ok',
  reason: null,
  message: null,
  file: null
};
const LAB: IDestination = {
  ...HOME,
  name: 'lab',
  title: 'Lab data',
  kind: 's3',
  url: 's3://lab/data',
  direct: true,
  browse: true,
  state: 'unknown'
};
const AT_HOME: IChoice = { destination: 'home', prefix: '' };
const ORIGIN = 'https://hub.example.org';

/** What a browser keeps between visits. */
class ChoiceStoreModel implements IChoiceStore {
  kept: IChoice | null = null;

  load(): IChoice | null {
    return this.kept;
  }

  save(choice: IChoice): void {
    this.kept = choice;
  }
}

let server: RequestsModel;
let choices: ChoiceStoreModel;
let destinations: Destinations;
let result: ProbeResult;
let changes: number;
let list: readonly IDestination[];

beforeEach(() => {
  server = new RequestsModel();
  list = [HOME, LAB];
  server.answer = () => ({ destinations: list, hint_above: 1_000 });
  choices = new ChoiceStoreModel();
  result = 'open';
  visit();
});

/** A page is opened. */
function visit(): void {
  const access = new StoreAccess(server, () => Promise.resolve(result));
  destinations = new Destinations(server, access, choices, ORIGIN);
  changes = 0;
  destinations.changed.subscribe(() => {
    changes += 1;
  });
}

describe('the list', () => {
  it('comes from the server', async () => {
    expect(destinations.list).toEqual([]);
    await destinations.refresh();
    expect(destinations.list).toEqual([HOME, LAB]);
    expect(destinations.hintAbove).toBe(1_000);
    expect(changes).toBe(1);
    expect(server.asked).toEqual(['GET api/bigupload/destinations']);
  });

  it('tells how a try went', async () => {
    list = [HOME, { ...LAB, state: 'failed', reason: 'access_denied' }];
    await destinations.check('lab');
    expect(server.asked).toEqual(['GET api/bigupload/destinations?check=lab']);
    expect(destinations.list[1]).toMatchObject({ state: 'failed' });
  });

  it('is not undone by an older answer that comes late', async () => {
    const answers: ((value: unknown) => void)[] = [];
    server.answer = () => new Promise(resolve => answers.push(resolve));
    const first = destinations.refresh();
    const second = destinations.refresh();
    await Promise.resolve();
    await Promise.resolve();
    answers[1]?.({ destinations: [HOME, LAB], hint_above: 5 });
    await second;
    answers[0]?.({ destinations: [HOME], hint_above: 7 });
    await first;
    expect(destinations.list).toEqual([HOME, LAB]);
    expect(destinations.hintAbove).toBe(5);
  });
});

describe('what was chosen', () => {
  it('is home at first', async () => {
    expect(destinations.chosen).toEqual(AT_HOME);
    await destinations.refresh();
    expect(destinations.chosen).toEqual(AT_HOME);
  });

  it('is remembered', async () => {
    await destinations.refresh();
    destinations.choose('lab', 'run 7');
    expect(destinations.chosen).toEqual({
      destination: 'lab',
      prefix: 'run 7'
    });
    expect(changes).toBe(2);
    visit();
    expect(destinations.chosen).toEqual(AT_HOME);
    await destinations.refresh();
    expect(destinations.chosen).toEqual({
      destination: 'lab',
      prefix: 'run 7'
    });
  });

  it('is home while it is not listed, and what it was once it is again', async () => {
    await destinations.refresh();
    destinations.choose('lab', '');
    list = [HOME];
    await destinations.refresh();
    expect(destinations.chosen).toEqual(AT_HOME);
    list = [HOME, LAB];
    await destinations.refresh();
    expect(destinations.chosen.destination).toBe('lab');
  });
});

describe('a store that refuses the page', () => {
  it.each([
    [
      's3',
      's3://b',
      {
        AllowedOrigins: [ORIGIN],
        AllowedMethods: ['PUT'],
        AllowedHeaders: ['*'],
        MaxAgeSeconds: 3000
      }
    ],
    [
      's3',
      'gs://b',
      {
        origin: [ORIGIN],
        method: ['PUT'],
        responseHeader: ['*'],
        maxAgeSeconds: 3000
      }
    ],
    [
      'azure',
      'az://b',
      {
        allowedOrigins: [ORIGIN],
        allowedMethods: ['PUT'],
        allowedHeaders: ['*'],
        exposedHeaders: [],
        maxAgeInSeconds: 3000
      }
    ]
  ] as const)(
    'is shown with the rule that it needs: %s %s',
    async (kind, url, rule) => {
      list = [HOME, { ...LAB, kind, url }];
      await destinations.refresh();
      expect(destinations.corsProblem('lab')).toBeNull();
      result = 'refused';
      await destinations.testCors('lab');
      expect(changes).toBe(2);
      const problem = destinations.corsProblem('lab');
      expect(problem?.origin).toBe(ORIGIN);
      expect(JSON.parse(problem?.rule ?? '')).toEqual([rule]);
      result = 'open';
      await destinations.testCors('lab');
      expect(destinations.corsProblem('lab')).toBeNull();
      expect(changes).toBe(3);
    }
  );

  it('is no problem of CORS when it can’t be reached at all', async () => {
    await destinations.refresh();
    result = 'unreachable';
    await destinations.testCors('lab');
    expect(destinations.corsProblem('lab')).toBeNull();
  });
});

describe('objects', () => {
  it('are listed by prefix and page', async () => {
    await destinations.objects('lab', '');
    await destinations.objects('lab', 'run 7/ü&b', 'p=2');
    expect(server.asked).toEqual([
      'GET api/bigupload/objects?destination=lab&prefix=&page=',
      'GET api/bigupload/objects?destination=lab&prefix=run+7%2F%C3%BC%26b%2F&page=p%3D2'
    ]);
  });

  it('are deleted, opened by code, and entered in a catalog', async () => {
    await destinations.deleteObject('lab', 'a b');
    const opening = {
      kind: 'zarr',
      snippets: [{ title: 'zarr', code: 'x' }],
      note: null
    };
    server.answer = () => opening;
    expect(await destinations.code('lab', 'a b/')).toEqual(opening);
    const entry = { catalog: 'c.yaml', entry: 'a_b' };
    server.answer = () => entry;
    expect(
      await destinations.addToCatalog('lab', 'a b', {
        catalog: 'c.yaml',
        description: 'd'
      })
    ).toEqual(entry);
    expect(server.asked).toEqual([
      'DELETE api/bigupload/objects?destination=lab&path=a+b',
      'GET api/bigupload/code?destination=lab&path=a+b%2F',
      'POST api/bigupload/catalog'
    ]);
    expect(server.requests.at(-1)?.body).toEqual({
      destination: 'lab',
      path: 'a b',
      catalog: 'c.yaml',
      description: 'd'
    });
  });
});
