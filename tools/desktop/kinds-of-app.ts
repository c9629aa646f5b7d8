/** What people call a kind of program, and programs that are one; `opens` is what the person's choice for it is kept under. */
interface KindOfApp {
  words: readonly string[];
  programs: readonly string[];
  opens?: string;
}

const KINDS: readonly KindOfApp[] = [
  {
    words: ['browser', 'web browser', 'internet browser', 'internet'],
    programs:
      'firefox firefox-esr chromium chromium-browser google-chrome brave-browser brave microsoft-edge msedge chrome vivaldi opera epiphany safari falkon konqueror librewolf'.split(
        ' ',
      ),
    opens: 'x-scheme-handler/https',
  },
  {
    words: ['terminal', 'console', 'command line', 'terminal window'],
    programs:
      'gnome-terminal gnome-terminal-server org.gnome.terminal org.gnome.console kgx konsole xfce4-terminal tilix alacritty kitty foot wezterm terminator lxterminal mate-terminal qterminal uxterm xterm urxvt terminal windowsterminal wt'.split(
        ' ',
      ),
  },
  {
    words: ['file manager', 'file browser', 'files', 'file explorer', 'explorer', 'finder'],
    programs: 'nautilus org.gnome.nautilus dolphin thunar nemo caja pcmanfm pcmanfm-qt finder explorer'.split(' '),
    opens: 'inode/directory',
  },
  {
    words: ['mail', 'email', 'mail program', 'email program', 'mail client', 'my mail', 'my email'],
    programs: 'thunderbird evolution geary kmail outlook mail'.split(' '),
    opens: 'x-scheme-handler/mailto',
  },
  {
    words: ['text editor', 'editor', 'notepad'],
    programs: 'gedit org.gnome.texteditor gnome-text-editor kate kwrite mousepad xed pluma notepad textedit'.split(' '),
    opens: 'text/plain',
  },
  {
    words: ['calculator'],
    programs: 'gnome-calculator org.gnome.calculator kcalc galculator mate-calc calc calculator'.split(' '),
  },
  {
    words: ['settings', 'system settings', 'control panel', 'preferences'],
    programs: 'gnome-control-center org.gnome.settings systemsettings systemsettings5 xfce4-settings-manager systempreferences'.split(' '),
  },
];

/** Words as they are compared: small letters, no accents, no signs but `+` and `#`. */
export const plainWords = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+#]+/gu, ' ')
    .trim();

/** The kind of program that the words name, if they name one. */
export const kindOfApp = (said: string): KindOfApp | undefined => {
  const words = plainWords(said);
  return KINDS.find((kind) => kind.words.includes(words));
};

/** "the Firefox browser", "my terminal window": without what is only said around the name. */
export const nameSaid = (said: string): string => {
  const words = plainWords(said).replace(/^(?:(?:the|my|a|an|this|that|new) )+/u, '');
  const bare = words.replace(/ (?:app|application|program|programme|window|windows)$/u, '');
  return bare === '' ? words : bare;
};
