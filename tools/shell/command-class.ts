/** What a part of a command line does to the world, mildest first. The worst part decides. */
export const EFFECTS = ['read-only', 'writes', 'network', 'destructive', 'privilege', 'unknown'] as const;
export type Effect = (typeof EFFECTS)[number];

export const worse = (left: Effect, right: Effect): Effect => (EFFECTS.indexOf(left) >= EFFECTS.indexOf(right) ? left : right);

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/u).filter((word) => word !== ''));

const READ_ONLY = set(
  `ls cat head tail wc grep egrep fgrep cut tr uniq nl fold fmt column comm paste join tac rev expand unexpand od xxd hexdump strings stat file du df
  pwd whoami id groups hostname uname uptime date cal free ps pgrep lsblk lscpu lsusb lspci lsmod which type echo printf true false test [ seq
  basename dirname realpath readlink md5sum sha1sum sha256sum sha512sum b2sum cksum cmp diff tree nproc arch tty locale getconf sleep yes
  expr numfmt jq rg vmstat sensors nvidia-smi`,
);
const WRITES = set('touch mkdir chmod ln mktemp csplit');
const NETWORK = set('curl wget ping ping6 traceroute dig host nslookup');
const DESTRUCTIVE = set('rm rmdir shred cp mv dd truncate kill pkill killall unzip gzip gunzip bzip2 bunzip2 xz unxz zstd unlink');
const PRIVILEGE = set(
  `sudo su doas pkexec runuser setcap setfacl chown chgrp chroot unshare nsenter passwd useradd userdel usermod groupadd visudo insmod modprobe rmmod
  sysctl iptables nft mkfs fdisk parted wipefs mkswap swapoff swapon mount umount shutdown reboot halt poweroff init systemctl service loginctl
  apt-get apt aptitude dnf yum pacman snap flatpak docker podman`,
);

/** Programs that run what is given them: the parser does not see what that is. */
const RUNS_OTHERS = set(
  `sh bash dash zsh ksh fish csh tcsh python python2 python3 node deno bun perl ruby php lua tclsh osascript powershell pwsh cmd eval exec source .
  env xargs parallel nohup setsid timeout time nice ionice stdbuf watch script expect awk gawk mawk nawk sed ed ex vi vim nano emacs less more man
  busybox make cmake gdb strace ltrace find fd fdfind sort tar cpio openssl gpg command builtin trap alias unalias export declare typeset local readonly
  set shopt unset read mapfile readarray let enable hash complete bind history fc jobs bg fg wait disown ulimit umask cd pushd popd dirs getopts
  shift return exit break continue times caller logout suspend compgen compopt select function coproc git ssh scp sftp rsync ftp nc ncat netcat socat telnet npm npx pip pip3 pipx cargo go gem brew kubectl
  crontab at batch patch`,
);

export interface ClassifiedProgram {
  effect: Effect;
  /** Why it is not milder, in words. */
  because?: string;
  /** It speaks to others, whatever else it does. */
  network?: boolean;
}

const options = (args: readonly string[]): string[] => args.filter((arg) => arg.startsWith('-') && arg !== '-');
const hasShort = (args: readonly string[], letter: string): boolean =>
  options(args).some((arg) => /^-[A-Za-z]+$/u.test(arg) && arg.includes(letter));

/** What a program does with these arguments. What is not in the lists is unknown: nothing is taken for harmless by its name's sound. */
export function classOf(program: string, args: readonly string[]): ClassifiedProgram {
  // A path may hold anything under a known name.
  if (program.includes('/')) return { effect: 'unknown', because: `${program} is a program at a path of its own` };
  const special = SPECIAL[program]?.(args);
  if (special !== undefined) return special;
  if (READ_ONLY.has(program)) return { effect: 'read-only' };
  if (WRITES.has(program)) return { effect: 'writes' };
  if (NETWORK.has(program)) return { effect: 'network', network: true };
  if (DESTRUCTIVE.has(program)) return { effect: 'destructive' };
  if (PRIVILEGE.has(program)) return { effect: 'privilege' };
  if (RUNS_OTHERS.has(program)) return { effect: 'unknown', because: `${program} can run or change anything` };
  return { effect: 'unknown', because: `I do not know ${program}` };
}

/** Programs whose arguments make them better or worse. */
const SPECIAL: Record<string, ((args: readonly string[]) => ClassifiedProgram | undefined) | undefined> = {
  find: (args) => {
    if (args.some((arg) => /^-(?:exec|execdir|ok|okdir)$/u.test(arg)))
      return { effect: 'unknown', because: 'find would run other programs' };
    if (args.includes('-delete')) return { effect: 'destructive', because: 'find would delete' };
    return { effect: args.some((arg) => /^-f(?:print|printf|print0|ls)$/u.test(arg)) ? 'writes' : 'read-only' };
  },
  sort: (args) => {
    if (args.some((arg) => arg.startsWith('--compress-program') || /^--c/u.test(arg)))
      return { effect: 'unknown', because: 'sort would run another program' };
    return { effect: hasShort(args, 'o') || args.some((arg) => /^--o|^-[A-Za-z]*o/u.test(arg)) ? 'writes' : 'read-only' };
  },
  // A plain number sets the clock.
  date: (args) => ({
    effect: args.every((arg) => arg.startsWith('+') || /^-(?:u|R|I\w*)$|^--(?:utc|iso-8601.*|rfc-.*)$/u.test(arg))
      ? 'read-only'
      : 'privilege',
  }),
  hostname: (args) => ({
    effect: args.every((arg) => arg.startsWith('-') && !/^-(?:F|b|-f.*|-b.*)/u.test(arg)) ? 'read-only' : 'privilege',
  }),
  uniq: (args) => ({
    effect: args.filter((arg) => !arg.startsWith('-')).length > 1 || args.some((arg) => /[*?[]/u.test(arg)) ? 'writes' : 'read-only',
  }),
  xxd: (args) => ({
    effect:
      args.filter((arg) => !arg.startsWith('-')).length > 1 || hasShort(args, 'r') || args.some((arg) => /[*?[]/u.test(arg))
        ? 'writes'
        : 'read-only',
  }),
  tree: (args) => ({
    effect: args.some((arg) => arg.startsWith('-o') || arg.startsWith('--output') || hasShort([arg], 'o')) ? 'writes' : 'read-only',
  }),
  rg: (args) =>
    args.some(
      (arg) => arg.startsWith('--pre') || arg.startsWith('--hostname-bin') || arg.startsWith('--search-zip') || hasShort([arg], 'z'),
    )
      ? { effect: 'unknown', because: 'rg would run other programs' }
      : { effect: 'read-only' },
  file: (args) => ({ effect: hasShort(args, 'C') || args.some((arg) => arg.startsWith('--compile')) ? 'writes' : 'read-only' }),
  'nvidia-smi': (args) => ({
    effect: args.every((arg) => /^(?:-L|-q|--query|--query-[\w-]+=.*|--format=.*|-q.*)$/u.test(arg)) ? 'read-only' : 'privilege',
  }),
  sensors: (args) => ({ effect: hasShort(args, 's') || args.some((arg) => arg.startsWith('--s')) ? 'privilege' : 'read-only' }),
  curl: (args) => {
    if (args.some((arg) => /^-[A-Za-z]*K|^--conf/u.test(arg)))
      return { effect: 'unknown', because: 'curl would do what a file says', network: true };
    const isPlain = args.every(
      (arg) => !arg.startsWith('-') || /^-[sSLIfi46v]+$|^--(?:silent|show-error|location|head|fail|include|compressed)$/u.test(arg),
    );
    return isPlain
      ? { effect: 'network', network: true }
      : { effect: 'destructive', because: 'curl may send or overwrite files', network: true };
  },
  wget: (args) =>
    args.some((arg) => /^--(?:use-askpass|execute|config)|^-e/u.test(arg))
      ? { effect: 'unknown', because: 'wget would run something', network: true }
      : { effect: 'destructive', because: 'wget may overwrite files', network: true },
  chmod: (args) => ({ effect: args.some((arg) => /^[0-7]{4,}$|^[ugoa]*[+=][rwxX]*[st]/u.test(arg)) ? 'privilege' : 'writes' }),
  mv: () => ({ effect: 'destructive', because: 'mv may overwrite' }),
  cp: () => ({ effect: 'destructive', because: 'cp may overwrite' }),
  ln: (args) => ({ effect: hasShort(args, 'f') || args.some((arg) => arg.startsWith('--f')) ? 'destructive' : 'writes' }),
  tee: (args) => ({ effect: hasShort(args, 'a') || args.includes('--append') ? 'writes' : 'destructive', because: 'tee overwrites' }),
  zip: (args) =>
    args.every((arg) => !arg.startsWith('-') || /^-[rq9]+$/u.test(arg))
      ? { effect: 'writes' }
      : { effect: 'unknown', because: 'zip could run another program' },
  split: (args) =>
    args.some((arg) => arg.startsWith('--f'))
      ? { effect: 'unknown', because: 'split would run another program' }
      : { effect: 'destructive', because: 'split may overwrite' },
  csplit: () => ({ effect: 'destructive' }),
  printf: (args) =>
    args.some((arg) => arg.startsWith('-')) ? { effect: 'unknown', because: 'printf would set a variable' } : { effect: 'read-only' },
  test: testClass,
  '[': testClass,
};

/** `-v` and `-R` look into a variable, and bash runs what stands in its index. */
function testClass(args: readonly string[]): ClassifiedProgram {
  return args.some((arg) => arg === '-v' || arg === '-R')
    ? { effect: 'unknown', because: 'it looks into a variable' }
    : { effect: 'read-only' };
}
