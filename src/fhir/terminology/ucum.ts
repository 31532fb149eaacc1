/**
 * Is this a unit of UCUM (https://ucum.org/ucum, case-sensitive)? Terms of units with prefixes and exponents, joined by
 * points and strokes, with annotations in braces. Names are facts of the standard; what a unit is worth is not needed here.
 */

const words = (text: string) => new Set(text.split(' '));

/** Units that take a metric prefix. */
const metric = words(
  'm s g rad K C cd mol sr Hz N Pa J W A V F Ohm S Wb Cel T H lm lx Bq Gy Sv l L ar t bar u eV pc kat U cal cal_IT cal_th cal_m Cal eq osm B Np bit By Bd Ky Mx G Oe Gb sb Lmb ph Ci R RAD REM erg dyn P St tex m[H2O] m[Hg] [iU] [IU] g% mho Gf gf K st b B[SPL] B[V] B[mV] B[uV] B[10.nV] B[W] B[kW] att Bi Gal cal_[15] cal_[20] [g] [h] [k] [c] [e] [m_e] [m_p] [G] [eps_0] [mu_0] [ly]',
);
/** Units that stand as they are. */
const plain = words(
  "10* 10^ % [ppth] [ppm] [ppb] [pptr] [pi] ' '' deg gon min h d a a_t a_j a_g wk mo mo_s mo_j mo_g AU [ly] gf [lbf_av] [Ch] [in_i] [ft_i] [yd_i] [mi_i] [fth_i] [nmi_i] [kn_i] [sin_i] [sft_i] [syd_i] [cin_i] [cft_i] [cyd_i] [bf_i] [cr_i] [mil_i] [cml_i] [hd_i] [ft_us] [yd_us] [in_us] [rd_us] [ch_us] [lk_us] [rch_us] [rlk_us] [fth_us] [fur_us] [mi_us] [acr_us] [srd_us] [smi_us] [sct] [twp] [mil_us] [in_br] [ft_br] [rd_br] [ch_br] [lk_br] [fth_br] [pc_br] [yd_br] [mi_br] [nmi_br] [kn_br] [acr_br] [gal_us] [bbl_us] [qt_us] [pt_us] [gil_us] [foz_us] [fdr_us] [min_us] [crd_us] [bu_us] [gal_wi] [pk_us] [dqt_us] [dpt_us] [tbs_us] [tsp_us] [cup_us] [foz_m] [cup_m] [tsp_m] [tbs_m] [gal_br] [pk_br] [bu_br] [qt_br] [pt_br] [gil_br] [foz_br] [fdr_br] [min_br] [gr] [lb_av] [oz_av] [dr_av] [scwt_av] [lcwt_av] [ston_av] [lton_av] [stone_av] [pwt_tr] [oz_tr] [lb_tr] [sc_ap] [dr_ap] [oz_ap] [lb_ap] [oz_m] [lne] [pnt] [pca] [pnt_pr] [pca_pr] [pied] [pouce] [ligne] [didot] [cicero] [degF] [degR] [degRe] [Cal] [Btu_39] [Btu_59] [Btu_60] [Btu_m] [Btu_IT] [Btu_th] [Btu] [HP] [den] [in_i'H2O] [in_i'Hg] [PRU] [wood'U] [diop] [p'diop] %[slope] [mesh_i] [drp] [hnsf'U] [MET] [hp'_X] [hp'_C] [hp'_M] [hp'_Q] [hp_X] [hp_C] [hp_M] [hp_Q] [kp_X] [kp_C] [kp_M] [kp_Q] eq osm [pH] [S] [HPF] [LPF] [arb'U] [USP'U] [GPL'U] [MPL'U] [APL'U] [beth'U] [anti'Xa'U] [todd'U] [dye'U] [smgy'U] [bdsk'U] [ka'U] [knk'U] [mclg'U] [tb'U] [CCID_50] [TCID_50] [EID_50] [PFU] [FFU] [CFU] [IR] [BAU] [AU] [Amb'a'1'U] [PNU] [Lf] [D'ag'U] [FEU] [ELU] [EU] Ao b atm att mho bit_s [smoot] [m/s2/Hz^0.5] [NTU] [FNU] [car_m] [car_Au] m[H2O] m[Hg] B[SPL] circ sph [psi]",
);
const prefixes = 'Y Z E P T G M k h da d c m u n p f a z y Ki Mi Gi Ti'.split(' ');

/** The longest unit that is read, in characters. */
const unitLengthMax = 200;
const nestedMax = 20;

export function isUnit(text: string): boolean {
  if (text === '' || text.length > unitLengthMax) return false;
  let at = 0;
  let depth = 0;
  // component (operator component)*; a stroke may begin.
  const component = (): boolean => {
    const annotation = () => {
      if (text[at] !== '{') return false;
      const end = text.indexOf('}', at);
      if (end < 0 || /[^\u0020-\u007e]/.test(text.slice(at, end)) || text.slice(at + 1, end).includes('{'))
        return false;
      at = end + 1;
      return true;
    };
    if (annotation()) return true;
    if (text[at] === '(') {
      at++;
      if (++depth > nestedMax || !term() || text[at] !== ')') return false;
      at++;
      depth--;
      return text[at] !== '{' || annotation();
    }
    const symbol = readSymbol(text, at);
    if (symbol === undefined) return false;
    at += symbol;
    return text[at] !== '{' || annotation();
  };
  const term = (): boolean => {
    if (text[at] === '/') at++;
    if (!component()) return false;
    while (text[at] === '.' || text[at] === '/') {
      at++;
      if (!component()) return false;
    }
    return true;
  };
  return term() && at === text.length;
}

/** How many characters a unit with its exponent, or a whole number, takes; undefined when there is none. */
function readSymbol(text: string, at: number): number | undefined {
  const whole = /^(?:10[*^](?:[+-]?\d+)?|[1-9]\d*|0)/.exec(text.slice(at, at + 20))?.[0];
  if (whole !== undefined) return whole.length;
  // A symbol reaches to the next operator outside of square brackets; its exponent is the number at its end.
  let end = at;
  let inside = false;
  for (; end < text.length; end++) {
    const one = text[end] ?? '';
    if (one === '[') inside = true;
    else if (one === ']') inside = false;
    else if (!inside && './(){}'.includes(one)) break;
  }
  const found = text.slice(at, end);
  if (isAtom(found)) return found.length;
  const bare = found.replace(/[+-]?\d+$/, '');
  return bare !== found && isAtom(bare) ? found.length : undefined;
}

function isAtom(symbol: string): boolean {
  if (plain.has(symbol) || metric.has(symbol)) return true;
  return prefixes.some((prefix) => symbol.startsWith(prefix) && metric.has(symbol.slice(prefix.length)));
}
