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

describe('sentences about files', () => {
  it.each([
    ['put the PDFs from downloads into documents', 'JarvisFilesMove folder=downloads kind=pdf to=documents'],
    ['move all pictures from yesterday in downloads to pictures', 'JarvisFilesMove age=yesterday folder=downloads kind=image to=pictures'],
    ['put the PDFs from downloads into the taxes folder', 'JarvisFilesMove folder=downloads kind=pdf to=taxes'],
    ['move the tax report to documents', 'JarvisFilesMove named=tax report one=true to=documents'],
    ['move the last download to the desktop', 'JarvisFilesMove folder=downloads newest=true to=desktop'],
    ['copy the tax file to the desktop', 'JarvisFilesCopy named=tax one=true to=desktop'],
    ['find the tax file', 'JarvisFilesFind named=tax'],
    ["where's the rental contract file", 'JarvisFilesFind named=rental contract'],
    ['find all pdfs from last week in downloads', 'JarvisFilesFind age=last week folder=downloads kind=pdf'],
    ['find files that mention solar panels', 'JarvisFilesFind containing=solar panels'],
    ['rename draft.txt to Final Letter', 'JarvisFilesRename named=draft.txt new_name=Final Letter'],
    ['rename the tax file to Taxes 2025', 'JarvisFilesRename named=tax new_name=Taxes 2025'],
    ['make a folder called Invoices', 'JarvisFilesMake new_name=Invoices type=folder'],
    ['create a new folder called Old Invoices in documents', 'JarvisFilesMake folder=documents new_name=Old Invoices type=folder'],
    ['put the tax file in the bin', 'JarvisFilesBin named=tax one=true'],
    ['put draft.txt in the trash', 'JarvisFilesBin named=draft.txt one=true'],
    ['delete the installers in downloads', 'JarvisFilesBin folder=downloads kind=installer'],
    ['restore it', 'JarvisFilesRestore'],
    ['restore the tax file', 'JarvisFilesRestore named=tax'],
    ['undo the last move', 'JarvisFilesUndo'],
    ['open the last download', 'JarvisFilesOpen folder=downloads newest=true'],
    ['open my downloads folder', 'JarvisFilesOpen folder=downloads itself=true'],
    ['open the tax file', 'JarvisFilesOpen named=tax one=true'],
    ['what is in my downloads', 'JarvisFilesList folder=downloads'],
    ['read me the shopping notes file', 'JarvisFilesRead named=shopping notes'],
  ])('"%s"', (text, meaning) => expect(meant(text)).toBe(meaning));

  it.each([
    ["what's eating my memory", 'JarvisSystemProcesses by=memory'],
    ['which program uses the most cpu', 'JarvisSystemProcesses by=processor'],
    ['why is this computer so slow', 'JarvisSystemProcesses by=processor'],
    ['how full is the disk', 'JarvisSystemInformation about=disks'],
    ['how much disk space is left', 'JarvisSystemInformation about=disks'],
    ['how hot is the processor', 'JarvisSystemInformation about=processor'],
    ["what's the cpu temperature", 'JarvisSystemInformation about=processor'],
    ['how much memory is free', 'JarvisSystemInformation about=memory'],
    ['how busy is the processor', 'JarvisSystemInformation about=processor-load'],
    ['how hot is the card?', 'JarvisSystemInformation about=graphics'],
    ['how hot is the graphics card', 'JarvisSystemInformation about=graphics'],
    ['how busy is my gpu', 'JarvisSystemInformation about=graphics'],
    ['what is the temperature of the card', 'JarvisSystemInformation about=graphics'],
    ['how much video memory is used', 'JarvisSystemInformation about=video-memory'],
    ['how much vram is free', 'JarvisSystemInformation about=video-memory'],
    ['how much memory does the card have left', 'JarvisSystemInformation about=video-memory'],
    ['how much memory is free on the graphics card', 'JarvisSystemInformation about=video-memory'],
    ['is there an update', 'JarvisSystemUpdates'],
    ['how long has the computer been on', 'JarvisSystemInformation about=uptime'],
    ['what is my ip address', 'JarvisSystemInformation about=network'],
  ])('"%s"', (text, meaning) => expect(meant(text)).toBe(meaning));

  it.each([
    'put milk on the shopping list',
    'open the bedroom blinds',
    'move the bedroom blinds to 50 percent',
    'how warm is it in the kitchen',
    'is there any window open',
    'put the kitchen light on',
    'turn the music down',
    'play music in the living room',
    'delete milk from the shopping list',
    'read the shopping list',
    'what is in the kitchen',
    'find my phone',
    'where is anna',
    'make it warmer',
    'undo that',
  ])('"%s" is not about files', (text) => expect(meant(text)).not.toMatch(/JarvisFiles|JarvisSystem/u));
});
