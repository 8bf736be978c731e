import { describe, expect, it } from 'vitest';
import type { IDestination } from '../../src/destinations';
import type { IKind } from '../../src/engine/operations/model';
import type { IPlaces } from '../../src/ui/operations/form';
import { formOf } from '../../src/ui/operations/form';
import { checksum } from '../operations/operationsModel';

const place = (name: string, state: IDestination['state'] = 'ok') =>
  ({ name, title: `The ${name}`, state }) as IDestination;

const FOLDERS: Readonly<Record<string, string>> = {
  home: 'notes',
  lab: 'run 7/raw'
};

const places = (chosen = 'home'): IPlaces => ({
  destinations: [place('home'), place('broken', 'failed'), place('lab')],
  chosen,
  folderIn: destination => FOLDERS[destination] ?? ''
});

const copy: IKind = {
  ...checksum,
  name: 'copy',
  parameters: {
    type: 'object',
    properties: {
      to: {
        type: 'string',
        title: 'Destination',
        format: 'destination',
        default: 'home',
        maxLength: 256
      },
      folder: { type: 'string', format: 'folder', default: '' },
      on_conflict: { type: 'string', default: 'fail' }
    }
  }
};

const from = (destination: string) => [{ destination, path: 'data/a.bin' }];

describe('a form', () => {
  it('lists destinations by their titles, and sends their names', () => {
    const { schema } = formOf(copy, from('home'), places());
    expect(schema.properties?.['to']).toEqual({
      type: 'string',
      title: 'Destination',
      oneOf: [
        { const: 'home', title: 'The home' },
        { const: 'broken', title: 'The broken' },
        { const: 'lab', title: 'The lab' }
      ],
      default: 'lab'
    });
    expect(schema.properties?.['folder']).toBe(
      copy.parameters.properties?.['folder']
    );
  });

  it('is a text where no destinations are known', () => {
    const none = { ...places(), destinations: [] };
    expect(formOf(copy, from('home'), none).schema).toBe(copy.parameters);
  });

  it.each([
    ['home', 'home', 'lab', 'run 7/raw'],
    ['home', 'lab', 'lab', 'run 7/raw'],
    ['lab', 'lab', 'home', 'notes'],
    ['lab', 'broken', 'broken', '']
  ])(
    'from %s, with %s chosen, leads to %s',
    (destination, chosen, to, folder) => {
      const { initial } = formOf(copy, from(destination), places(chosen));
      expect(initial).toEqual({ to, folder, on_conflict: 'fail' });
    }
  );

  it('follows the destination with the folder, unless the person said one', () => {
    const { follow, initial } = formOf(copy, from('home'), places());
    const home = { ...initial, to: 'home' };
    expect(follow(initial, home)).toEqual({ ...home, folder: 'notes' });
    const own = { ...initial, folder: 'my own' };
    expect(follow(own, { ...own, to: 'home' })).toEqual({ ...own, to: 'home' });
    const typed = { ...initial, folder: 'run 7/ra' };
    expect(follow(initial, typed)).toBe(typed);
  });

  it('has the name that something has', () => {
    const rename: IKind = {
      ...checksum,
      parameters: { properties: { name: { type: 'string', format: 'name' } } }
    };
    expect(formOf(rename, from('home'), places()).initial).toEqual({
      name: 'a.bin'
    });
  });

  it('is as the server has it for all else', () => {
    const { initial, schema } = formOf(checksum, from('home'), places());
    expect(initial).toEqual({ algorithm: 'sha256' });
    expect(schema).toEqual(checksum.parameters);
  });
});
