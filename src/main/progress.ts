/** A line on the terminal that moves while something takes long; a line now and then where there is no terminal. */

export interface ProgressBar {
  show(done: number, total: number, note?: string): void;
  end(): void;
}

const width = 30;
const redrawMs = 100;
const lineEveryMs = 5000;

export function progressBar(title: string): ProgressBar {
  const { stderr } = process;
  const begun = performance.now();
  let drawnMs = -Infinity;
  const line = (done: number, total: number, note: string) => {
    const part = total === 0 ? 1 : Math.min(1, done / total);
    const filled = Math.round(part * width);
    return `${title}  ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${String(Math.floor(part * 100)).padStart(3)} %  ${note}`;
  };
  return {
    show(done, total, note = '') {
      const now = performance.now();
      if (done < total && now - drawnMs < (stderr.isTTY ? redrawMs : lineEveryMs)) return;
      drawnMs = now;
      stderr.write(stderr.isTTY ? `\r\u001b[2K${line(done, total, note)}` : `${line(done, total, note)}\n`);
    },
    end() {
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      stderr.write(
        stderr.isTTY ? `\r\u001b[2K${title}: done in ${seconds} s\n` : `${title}: done in ${seconds} s\n`,
      );
    },
  };
}
