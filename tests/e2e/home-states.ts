import { ORPCError } from '@orpc/server';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Entity } from '../../contract/home.ts';
import { bigHome } from '../fakes/fake-home.ts';
import type { FakeHost } from '../fakes/fake-host.ts';

export interface PageUnderTest {
  /** A page that is connected. */
  ready(options?: BrowserContextOptions): Promise<Page>;
  host(): FakeHost;
}

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 } };
const tile = (page: Page, id: string) => page.locator(`[data-entity="${id}"]`);
/** Pixels by which the view or the page could be pushed sideways. */
export const sideways = (page: Page): Promise<number> =>
  page.evaluate(
    '(() => { const side = document.querySelector(".side"); return side.scrollWidth - side.clientWidth + document.documentElement.scrollWidth - innerWidth; })()',
  );

function device(id: string, state: string, more: Partial<Entity> = {}): Entity {
  const [domain = ''] = id.split('.');
  return { id, name: id, domain, area: 'kitchen', state, aliases: [], attributes: {}, available: true, lastChanged: 0, ...more };
}

/** The Home view and what belongs to it, in the browser that the other states of the page are tried in. */
export function registerHomeStates({ ready, host }: PageUnderTest): void {
  it('opens a device by keyboard, works its controls, and goes back to where it was', async () => {
    host().home.entities.push(
      device('light.full', 'on', {
        name: 'Ceiling light',
        attributes: { brightness: 128, supported_color_modes: ['color_temp', 'hs'], color_temp_kelvin: 3000, color_mode: 'color_temp' },
        labels: ['Evening'],
        lastChanged: Date.now() - 5 * 60_000,
      }),
    );
    const page = await ready();
    await tile(page, 'light.full').locator('.face').focus();
    await page.keyboard.press('Enter');
    const details = page.getByRole('region', { name: 'Ceiling light' });
    await details.getByText('5 min ago').waitFor();
    await details.getByText('Evening').waitFor();
    expect(await details.getByRole('button', { name: 'Back to the home' }).evaluate((button) => button.matches(':focus'))).toBe(true);
    await details.getByRole('button', { name: 'Blue' }).click();
    await expect
      .poll(() => host().calls.at(-1))
      .toEqual({ service: 'light.turn_on', entityIds: ['light.full'], data: { hs_color: [220, 90] } });
    await details.getByRole('slider', { name: 'Warmth: Ceiling light' }).press('Home');
    await expect.poll(() => host().calls.at(-1)?.data).toEqual({ color_temp_kelvin: 2000 });
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'detached' });
    expect(
      await tile(page, 'light.full')
        .locator('.face')
        .evaluate((face) => face.matches(':focus')),
    ).toBe(true);
    expect(host().cancelled).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').getByRole('button', { name: 'Home' }).click();
    await details.waitFor({ state: 'detached' });
  });

  it('asks a thermostat once for several steps, and shows what was wanted only until it has answered', async () => {
    const page = await ready();
    host().answerCall = async () => [{ outcome: 'accepted' }];
    const thermostat = tile(page, 'climate.hall');
    for (let step = 0; step < 3; step += 1) await thermostat.getByRole('button', { name: 'Warmer: Hall thermostat' }).click();
    await thermostat.getByText('22°', { exact: true }).waitFor();
    await thermostat.getByText('asked, no answer yet').waitFor();
    expect(host().calls).toEqual([{ service: 'climate.set_temperature', entityIds: ['climate.hall'], data: { temperature: 22 } }]);
    await thermostat.getByText('20.5°', { exact: true }).waitFor();
    host().changeEntity('climate.hall', { attributes: { temperature: 22, current_temperature: 19.8 } });
    await thermostat.getByText('22°', { exact: true }).waitFor();
    await thermostat.getByText('no answer').waitFor({ state: 'detached' });
  });

  it('turns off the lights of a room at once, and offers to undo it', async () => {
    const page = await ready();
    await page.getByRole('button', { name: 'Turn off the lights: Living room' }).click();
    await expect.poll(() => host().calls.at(-1)).toEqual({ service: 'light.turn_off', entityIds: ['light.living_room'], data: {} });
    host().offerUndo('Turn off 2 lights in the living room: Lamp, Shelf', Date.now());
    await page.getByText('Turned off 2 lights in the living room', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('Put back as it was.').waitFor();
    const later = host().offerUndo('Lock the front door', Date.now());
    await page.getByText('Locked the front door').waitFor();
    await page.getByLabel('Write to JARVIS').focus();
    await page.keyboard.press('Control+z');
    expect(host().undone).toHaveLength(1);
    await page.locator('body').click({ position: { x: 5, y: 5 } });
    await page.keyboard.press('Control+z');
    await expect.poll(() => host().undone.at(-1)).toBe(later.undoId);
    const earlier = host().offerUndo('Open the blinds', Date.now());
    const again = host().offerUndo('Take back: Lock the front door', Date.now());
    await page.getByRole('button', { name: 'Do it again' }).waitFor();
    await page.keyboard.press('Control+z');
    await expect.poll(() => host().undone.at(-1)).toBe(earlier.undoId);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => host().undone.at(-1)).toBe(again.undoId);
    host().offerUndo('Open the blinds', Date.now());
    await page.getByRole('navigation').getByRole('button', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Undo: Opened the blinds' }).click();
    await page.getByRole('region', { name: 'Can be undone' }).waitFor({ state: 'detached' });
    expect(host().undoOffers).toEqual([]);
  });

  it('says why something could not be undone', async () => {
    const page = await ready();
    host().offerUndo('Open the blinds', Date.now());
    host().undoOffers = [];
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('That was not undone: There is nothing to undo.').waitFor();
  });

  it('renames and hides a device, and takes both back', async () => {
    const page = await ready();
    await tile(page, 'fan.office').locator('.face').click();
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Whirl');
    await page.getByLabel('Also called').fill('breeze');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Whirl' }).waitFor();
    expect(host().entitySettings).toEqual([
      { entityId: 'fan.office', name: 'Whirl' },
      { entityId: 'fan.office', aliases: ['breeze'] },
    ]);
    expect(await page.getByRole('button', { name: 'Rename' }).evaluate((button) => button.matches(':focus'))).toBe(true);
    await page.getByRole('button', { name: 'Hide' }).click();
    await page.getByText('it is shown only when you ask for it').waitFor();
    await page.getByRole('button', { name: 'Back to the home' }).click();
    expect(await tile(page, 'fan.office').count()).toBe(0);
    await page.getByRole('button', { name: 'Hidden 1' }).click();
    await tile(page, 'fan.office').waitFor();
    await page.getByText('Hid “Whirl”').waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText('Nothing is hidden.').waitFor();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await tile(page, 'fan.office').getByText('Whirl').waitFor();
  });

  it('narrows the home to what is on, open or not answering, and forgives a slip in the search', async () => {
    const page = await ready();
    await page.getByRole('button', { name: 'Not answering 1' }).click();
    expect(await page.locator('.tile').count()).toBe(1);
    await tile(page, 'light.bedroom').getByText('Not answering').waitFor();
    await page.getByRole('button', { name: 'Open 1' }).click();
    await tile(page, 'cover.bedroom_blinds').waitFor();
    expect(await page.locator('.tile').count()).toBe(1);
    host().changeEntity('lock.front_door', { state: 'unlocked' });
    await tile(page, 'lock.front_door').waitFor();
    await page.getByRole('button', { name: 'Open 2' }).click();
    await page.getByLabel('Search the home').fill('themostat');
    await tile(page, 'climate.hall').waitFor();
    await page.keyboard.press('Escape');
    await tile(page, 'light.kitchen').waitFor();
    expect(host().cancelled).toBe(0);
    await page.getByLabel('Search the home').fill('xylophone');
    await page.getByText('Nothing in the home is called “xylophone”.').waitFor();
  });

  it('tells at the top which way into the home is away, and what waits for it', async () => {
    const page = await ready();
    const { entities } = host().home;
    for (const { id } of [...entities]) host().changeEntity(id, { available: false });
    const detail = 'Nobody answers at http://ha.local:8123.';
    host().setStatus({ bridges: [{ name: 'ha', title: 'Home Assistant at http://ha.local:8123', state: 'disconnected', detail }] });
    await page.getByText(`Home Assistant is not connected: ${entities.length} devices wait for it.`).click();
    await page.getByText(detail).waitFor();
    await page.locator('.tile.away').first().waitFor();
    expect(await page.locator('.tile:not(.away)').count()).toBe(0);
    host().setStatus({ bridges: [{ name: 'ha', state: 'connected' }] });
    await page.getByText(detail).waitFor({ state: 'detached' });
  });

  it('connects Home Assistant with a token, after saying what is wrong, and disconnects it when asked twice', async () => {
    const page = await ready();
    await page.getByRole('button', { name: 'Connections' }).click();
    await page.getByText('No home is connected yet.').waitFor();
    await page.getByRole('button', { name: 'Connect Home Assistant' }).click();
    const works = host().answerConnect;
    host().answerConnect = async () => {
      throw new ORPCError('BAD_REQUEST', {
        message:
          'https://ha.local shows a certificate that no authority has signed. If it is your own, connect with --insecure ("insecure": true).',
      });
    };
    await page.getByLabel('Address').fill('https://ha.local');
    await page.getByLabel('With a long-lived access token').check();
    await page.getByLabel('Token', { exact: true }).fill('secret-1');
    expect(await page.getByLabel('It is my own certificate').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Token', { exact: true }).inputValue()).toBe('');
    let answer: (() => void) | undefined;
    host().answerConnect = async (url) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return works(url);
    };
    await page.getByText('If it is your own, tick the box below.').waitFor();
    await page.getByLabel('It is my own certificate').check();
    await page.getByLabel('Token', { exact: true }).fill('secret-2');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Connecting…' }).waitFor();
    answer?.();
    await page.getByText('Connected: Home Assistant at https://ha.local.').waitFor();
    expect(host().connectRequests).toEqual([
      { url: 'https://ha.local', token: 'secret-1', insecure: false },
      { url: 'https://ha.local', token: 'secret-2', insecure: true },
    ]);
    await page.getByRole('button', { name: 'Disconnect Home Assistant at https://ha.local' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect(host().connections).toHaveLength(1);
    await page.getByRole('button', { name: 'Disconnect Home Assistant at https://ha.local' }).click();
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await page.getByText('No home is connected yet.').waitFor();
    host().answerConnect = works;
    await page.getByRole('button', { name: 'Connect an MQTT broker' }).click();
    await page.getByLabel('Address').fill('mqtt://192.168.1.5');
    await page.getByLabel('Name', { exact: true }).fill('ada');
    await page.getByLabel('Password').fill('secret-3');
    await page.getByText('signed by an authority of its own').click();
    await page.getByLabel(/^File of that authority/).fill('/etc/ca.pem');
    await page.keyboard.press('Enter');
    await page.getByText('Connected:').waitFor();
    expect(host().connectRequests.at(-1)).toEqual({
      url: 'mqtt://192.168.1.5',
      username: 'ada',
      password: 'secret-3',
      ca: '/etc/ca.pem',
      insecure: false,
    });
  });

  it('goes to log in at Home Assistant, and believes the host about what came of it', async () => {
    const page = await ready();
    await page.getByRole('button', { name: 'Connections' }).click();
    await page.getByRole('button', { name: 'Connect Home Assistant' }).click();
    await page.getByLabel('Address').fill('http://ha.local:8123');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('You are back from Home Assistant, but it is not connected.').waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(host().loginRequests).toEqual([
      { url: 'http://ha.local:8123', returnTo: `${host().address}?connected=http%3A%2F%2Fha.local%3A8123`, insecure: false },
    ]);
    await page.goto(`${host().address}?login-error=${encodeURIComponent('<b>no</b> luck')}`);
    await page.getByText('The login did not work: <b>no</b> luck').waitFor();
  });

  it('tries sentences before they are saved, shows mistakes at their lines, and keeps a draft', async () => {
    const page = await ready();
    host().trial = {
      understood: true,
      matches: [{ intent: 'HassTurnOff', slots: { name: 'bedroom light' }, targets: ['light.bedroom'], confidence: 1 }],
      effects: ['Turn off the bedroom light'],
      problems: [],
    };
    host().checkSentences = (text) => (text.includes('[broken') ? [{ line: 3, message: 'A bracket is not closed.' }] : []);
    await page.getByRole('navigation').getByRole('button', { name: 'Say' }).click();
    await page.getByRole('button', { name: 'Your own sentences' }).click();
    await page.getByRole('textbox', { name: 'What would this do?' }).fill('good night');
    await page.getByText('Turn off the bedroom light').waitFor();
    await page.getByText('Bedroom light', { exact: true }).waitFor();
    expect(host().tried.at(-1)).toEqual({ text: 'good night' });
    const editor = page.getByLabel('Your own sentences, as YAML');
    await editor.fill('intents:\n  X:');
    await editor.press('Enter');
    await editor.press('Tab');
    await page.keyboard.type('sentences: [broken');
    expect(await editor.inputValue()).toBe('intents:\n  X:\n    sentences: [broken');
    await page.getByText('A bracket is not closed.').waitFor();
    expect(host().tried.at(-1)?.sentences).toContain('[broken');
    await editor.press('Control+s');
    await page.getByText('Not saved: JARVIS could not use them as they are.').waitFor();
    expect(host().sentences).toBe('');
    await page.getByRole('button', { name: 'Line 3' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(']');
    await page.getByRole('navigation').getByRole('button', { name: 'Home' }).click();
    await page.getByRole('navigation').getByRole('button', { name: 'Say' }).click();
    await page.getByRole('button', { name: 'Your own sentences not saved' }).click();
    await expect.poll(() => editor.inputValue()).toContain('[broken]');
    host().checkSentences = () => [];
    await editor.press('Control+s');
    await page.getByText('Saved. JARVIS understands them from now on.').waitFor();
    expect(host().sentences).toBe('intents:\n  X:\n    sentences: [broken]');
  });

  it.each([phone, { viewport: { width: 1440, height: 900 } }])(
    'is not broken by names and states of the worst kind ($viewport.width wide)',
    async (options) => {
      const long = 'W'.repeat(300);
      const { floors, areas } = host().home;
      host().home.floors = [...floors, { id: 'deep', name: long, aliases: [], level: -1 }];
      host().home.areas = [...areas, { id: 'odd', name: `<b>Odd</b> ${long}`, aliases: [], floor: 'deep' }];
      host().home.entities.push(
        device('sensor.long', 'x'.repeat(255), {
          name: long,
          area: 'odd',
          attributes: { note: long, [long]: 1 },
          labels: [long],
          device: `${long}!`,
        }),
        device('light.html', 'on', { name: '<img src=x onerror=alert(1)> 💡', area: 'odd' }),
        device('select.long', long, { name: 'Choice', area: 'odd', attributes: { options: [long, 'b'] } }),
        device('constructor.a', '__proto__', { device_class: 'toString', area: 'odd' }),
      );
      const page = await ready(options);
      await page.getByRole('navigation').getByRole('button', { name: 'Home' }).click();
      await tile(page, 'light.html').getByText('<img src=x onerror=alert(1)> 💡').waitFor();
      expect(await sideways(page)).toBe(0);
      for (const id of ['sensor.long', 'select.long']) {
        await tile(page, id).locator('.face').click();
        await page.getByRole('button', { name: 'Back to the home' }).waitFor();
        expect(await sideways(page)).toBe(0);
        await page.getByRole('button', { name: 'Back to the home' }).click();
      }
      host().offerUndo(`Turn off the ${long}`, Date.now());
      await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
      expect(await sideways(page)).toBe(0);
    },
  );

  it('keeps up with thousands of changes in a home of ten thousand', async () => {
    host().home = bigHome(10_000);
    const page = await ready();
    await page.getByRole('button', { name: /^Room 7 / }).click();
    await tile(page, 'light.lamp_6').waitFor();
    for (let index = 0; index < 3000; index += 1) host().changeEntity(`light.lamp_${index}`, { state: index % 2 === 0 ? 'on' : 'off' });
    host().changeEntity('light.lamp_6', { state: 'on', attributes: { brightness: 51, supported_color_modes: ['brightness'] } });
    await tile(page, 'light.lamp_6').getByText('On, 20 %').waitFor({ timeout: 5000 });
  });
}
