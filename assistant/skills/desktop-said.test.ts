import { beforeAll, describe, expect, it } from 'vitest';
import { meantInWords } from '../../tests/fakes/meant-in-words.ts';
import { compilePhrasebook } from '../phrasebook/compile-phrasebook.ts';
import { loadPhrasebook } from '../phrasebook/load-phrasebook.ts';
import { sampleHome } from '../phrasebook/sample-home.ts';
import type { Phrasebook } from '../phrasebook.ts';

let book: Phrasebook;
beforeAll(async () => {
  book = compilePhrasebook(await loadPhrasebook({ folders: [] }), sampleHome);
});

const meant = (text: string): string => meantInWords(book, text);

describe('sentences about the computer', () => {
  it.each([
    ['open firefox', 'JarvisOpenApp app=firefox'],
    ['open the browser', 'JarvisOpenApp app=browser'],
    ['launch gimp', 'JarvisOpenApp app=gimp'],
    ['start visual studio code', 'JarvisOpenApp app=visual studio code'],
    ['open the darktable app', 'JarvisOpenApp app=darktable'],
    ['launch super tux kart', 'JarvisOpenApp app=super tux kart'],
    ['open the website example.org', 'JarvisOpenUrl url=example.org'],
    ['open example dot org in the browser', 'JarvisOpenUrl url=example dot org'],
    ['which programs are open', 'JarvisListWindows'],
    ['what windows are open on my computer', 'JarvisListWindows'],
    ['close the terminal window', 'JarvisCloseWindow window=terminal'],
    ['close firefox', 'JarvisCloseWindow window=firefox'],
    ['close the active window', 'JarvisCloseWindow window=this window'],
    ['switch to the terminal', 'JarvisFocusWindow window=terminal'],
    ['bring firefox to the front', 'JarvisFocusWindow window=firefox'],
    ['kill firefox', 'JarvisEndProcess process=firefox'],
    ['end the sleep process', 'JarvisEndProcess process=sleep'],
    ['force quit spotify', 'JarvisEndProcess force=true process=spotify'],
    ['turn the computer down', 'JarvisComputerVolume step=down'],
    ['computer volume 30 percent', 'JarvisComputerVolume level=30'],
    ['set the computer volume to 40 percent', 'JarvisComputerVolume level=40'],
    ['mute my laptop', 'JarvisComputerVolume muted=true'],
    ['pause the music on the computer', 'JarvisComputerMedia key=pause'],
    ['set the screen brightness to 60 percent', 'JarvisScreenBrightness level=60'],
    ['make the laptop screen darker', 'JarvisScreenBrightness step=down'],
    ['take a screenshot', 'JarvisScreenshot'],
    ["what's on the clipboard", 'JarvisClipboard'],
    ['copy Hello World to the clipboard', 'JarvisClipboard text=Hello World'],
    ['lock the computer', 'JarvisLockComputer'],
    ['lock my screen', 'JarvisLockComputer'],
    ['put the computer to sleep', 'JarvisSleepComputer'],
    ['shut down the computer', 'JarvisShutDownComputer'],
    ['reboot my pc', 'JarvisRestartComputer'],
    ['log me out', 'JarvisLogOut'],
    ['switch the computer to dark mode', 'JarvisComputerTheme theme=dark'],
  ])('"%s"', (text, meaning) => expect(meant(text)).toBe(meaning));

  it.each([
    'open the garage',
    'open the garage door',
    'open the blinds',
    'open the bedroom blinds',
    'open the shed',
    'lock the front door',
    'lock the back door',
    'close the bedroom window',
    'close the kitchen window',
    'close the window',
    'close everything',
    'which windows are open',
    'what windows are open',
    'is there any window open',
    'turn the volume down',
    'turn the music down',
    'set the volume to 30 percent',
    'mute the tv',
    'pause the music',
    'kill the lights',
    'stop the dishwasher',
    'start the vacuum',
    'start the washing machine',
    'run the movie scene',
    'turn off the computer',
    'switch to movie mode',
    'set the brightness to 50 percent',
    'dim the lights',
    'lock everything',
    'go to sleep',
    'restart the song',
    'open the last download',
    'open the tax file',
    'end the timer',
    'stop the kitchen timer',
  ])('"%s" is none of them', (text) => {
    const understood = book.understand(text);
    const intents = understood.type === 'matched' ? understood.matches.map(({ intent }) => intent) : [];
    expect(
      intents.filter((intent) =>
        /^Jarvis(?:Open(?:App|Url)|ListW|Focus|Close|EndP|Computer|Screen|Clip|Lock|Sleep|Shut|Restart|LogOut)/u.test(intent),
      ),
    ).toEqual([]);
  });
});
