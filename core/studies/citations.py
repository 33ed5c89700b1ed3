"""What the ids of definitions and rules stand for: the method in a few words, and where it is from."""

CITATIONS = {
    "0.1": "notation: the ratio is small's price over large's",
    "0.3": "prices: adjusted closes for all but the quoted price",
    "A1": "relative return: arithmetic of two simple returns",
    "A2": "z-score of the log ratio; not normally distributed, so 2 is not rare by itself",
    "A3": "pullback from a recent high, on closes",
    "A4": "drawdown of the ratio since its highest close, its episodes (high to recovery) and its rank among them",
    "A5": "outperformance streak; a tie (returns closer than 1e-9) ends it. If either leg were as likely to win, "
    "a run of 10 or more by a given one would come about once in eight years",
    "A6": "Mansfield relative strength; the charts are proprietary, this is the usual public form on daily closes "
    "with a simple mean, as a fraction (others print it times 100)",
    "A7": "level and momentum of the ratio on a map of four quadrants, in the manner of relative rotation graphs; the "
    "vendor's formula is not public and there is no reference value: this one is published here and its own",
    "A8": "rolling beta and correlation of simple returns: slope and coefficient of ordinary least squares",
    "A9": "up and down capture, mean form; at least 63 such days. Vendors' compounded form gives other numbers",
    "A10": "momentum of the ratio; twelve and six months leave out the last one: Jegadeesh and Titman (1993), Journal "
    "of Finance 48",
    "B1": "price against its average with a band that suppresses whipsaws: Brock, Lakonishok, LeBaron (1992), "
    "Journal of Finance 47, who use bands of 0 and 1 %",
    "B2": "two averages against each other with a band; 50 over 200 is the golden cross, under it the death cross",
    "B3": "exponential averages, weight 2/(n+1), seeded with the mean of the first n; PPO is the MACD of Appel in "
    "percent of the slower average",
    "B4": "least-squares slope of the logarithm on the sessions, times 252, with its R2; flat where it is within one "
    "standard error of zero",
    "B5": "distance from the 50-session average in average true ranges of Wilder (1978), smoothed by 1/14; a ratio has "
    "no range, there daily deviations stand in",
    "B6": "alignment of price and averages: a count",
    "B7": "channel of Donchian on closes",
    "B8": "whipsaws: changes of state counted, and the efficiency ratio of Kaufman (1995)",
    "C1": "close-to-close volatility of log returns",
    "C2": "ratio of two volatilities",
    "C3": "exponentially weighted moving average of squared log returns, lambda 0.94: J.P. Morgan and Reuters (1996), "
    "RiskMetrics Technical Document; the forecast for the next session, and flat beyond it",
    "C4": "Parkinson (1980), Journal of Business 53: from the range, open to close, no drift; ticks that are few make "
    "it a few percent too low, as they do the next two",
    "C5": "Garman and Klass (1980), Journal of Business 53: open to close, no drift",
    "C6": "Rogers and Satchell (1991), Annals of Applied Probability 1: open to close, whatever the drift",
    "C7": "Yang and Zhang (2000), Journal of Business 73: close to close, whatever the drift",
    "C8": "volatility cone; overlap adjustment by Hodges and Tompkins (2002), Journal of Derivatives 10",
    "C9": "percentile of volatility in its own past (weak percentile rank)",
    "C10": "GARCH(1,1) of Bollerslev (1986), Journal of Econometrics 31: constant mean, normal, on 100 times the log "
    "returns of all history (at least 1000), by the library arch; fitted at most once a day in the background for the "
    "legs of pairs and the symbols of the volatility pane, and carried on from session to session with fixed "
    "parameters. EWMA stands in, and says so, where alpha + beta is 0.999 or more, alpha below 0.0001, the fit did "
    "not converge, or there is none yet",
    "C11": "implied against realised volatility: ^RVX for small caps (IWM, ^RUT), ^VIX for large ones (SPY, ^GSPC). "
    "They look 30 calendar days ahead, about 21 sessions",
    "C12": "volatility of volatility",
    "C13": "tracking error: volatility of the relative log return; information ratio: its yearly mean over that",
    "C14": "drawdown from the highest close; Ulcer index of Martin and McCann (1989), here from the highest close ever",
    "C15": "value at risk and expected shortfall by historical simulation, a loss being positive: a quantile with "
    "linear interpolation, and the mean of what is at or beyond it. Tested against what came after: proportion of "
    "failures of Kupiec (1995), Journal of Derivatives 3, and the traffic light of the Basel Committee (1996)",
    "D1": "illiquidity of Amihud (2002), Journal of Financial Markets 5, a billion dollars of volume. Of a fund, this "
    "and the spreads below are those of its market makers, mostly noise; of small caps, the median over constituents",
    "D2": "Corwin and Schultz (2012), Journal of Finance 67, the overnight gap taken out and negative spreads set to "
    "zero; gamma is of the high and low of both sessions together",
    "D3": "Abdi and Ranaldo (2017), Review of Financial Studies 30, over a window; a close is compared with the range "
    "of the session after it, so that the value stands at that one",
    "D4": "EDGE of Ardia, Guidotti and Kroencke (2024), Journal of Financial Economics 161; agrees with their package",
    "D5": "dollar volume against its own past; a half day is compared with nothing",
    "D6": "premium over net asset value",
    "E1": "sensitivity to yields: ordinary least squares with standard errors of Newey and West (1987), Econometrica "
    "55, Bartlett weights over 5 lags. A carried-over yield fills bond holidays. The bill rate is a bank discount "
    "and made a bond-equivalent yield. Studies disagree on whether small caps hang on yields at all: look at the error",
    "E2": "the same for real yield and breakeven inflation: DFII10 and T10YIE of FRED, to the newest session whose "
    "yield is published",
    "E3": "a shock of yields, where small against large has lately suffered from rising ones",
    "E4": "the same for the dollar: the fund UUP. Expected to be positive: small caps export less",
    "E5": "the same for credit: high-yield over Treasury bonds, HYG/IEF",
    "E6": "the same for oil: the future CL=F, or the fund USO",
    "E7": "much of a rotation into small caps can be one into value",
    "G1": "recession probability from the term spread: Estrella and Mishkin (1998), Review of Economics and Statistics "
    "80; coefficients as the New York Fed's sheet had them in 2019. The deep inversion of 2022 to 2024 was followed by "
    "no dated recession",
    "G2": "rise of unemployment of Sahm (2019): half a point has marked recessions; in July 2024 it did not",
    "F1": "price to earnings of the same year and method by one source for both: with and without companies at a loss "
    "the Russell 2000 is not the same thing, and no source here says which it is unless its method does",
    "F2": "multiples of a fund's holdings as Yahoo has them, which are reciprocals there; EV/EBITDA from files alone",
    "F5": "growth of earnings a share by fiscal year, of two indices by one source; never an average of growths",
    "F6": "base effect: growth over two and three years together, and growth split by a trend of usual growth, on "
    "which earnings are taken to have been before the first year that is known",
    "F7": "estimates of the ten or so largest constituents, or of those of your list: small "
    "companies may hear of it later",
    "F8": "buybacks: the number of shares of the same companies a year apart",
    "G3": "credit: small stocks hang more on changes of the default spread, Hahn and Lee (2006), Journal of Financial "
    "and Quantitative Analysis 41; spreads of ICE and Moody's",
    "G4": "wages: hourly earnings, the same people's wages, and the employment cost index",
    "G5": "loan officers' survey on loans to small firms, and what is past due at banks",
    "G6": "financial conditions of the Chicago Fed, stress of the St. Louis Fed; both are estimated anew each week",
    "G7": "growth, production, claims, inventories, gasoline and surveys",
    "H2": "sentiment: how carefree investors are, not what comes of it; published reports disagree about it",
    "H3": "flows: what of a change of assets prices do not explain; an estimate, and none where assets are told late",
    "H1": "crowding: the mean of percentile ranks over five years; its own, there is no reference value. Volume alone "
    "tells of other people's positions, and little: it says how far a move has gone, not who holds it",
    "I1": "sectors: small against large in the same one, and what comes of other sectors or of other companies in the "
    "same ones (Brinson, Hood and Beebower 1986, Determinants of portfolio performance)",
    "I2": "breadth over the constituents of a fund, each counted where its whole window is there; of the legs of pairs "
    "and of funds with a list under `[breadth]`. Today's members only: whoever left the fund is missing from its past, "
    "which looks better than it was (survivorship). Thrust: Zweig (1986), Winning on Wall Street",
    "R0": "rule: the data must be good enough to judge",
    "J4": "part of the variance that one of two holdings has: Litterman (1996), Hot Spots and Hedges; information only",
    "R1": "rule: volatility high by its own five years, or against large caps by a fixed step and by its own past",
    "R2": "rule: a recession, by yield curve, unemployment and claims",
    "R3": "rule: credit and leverage",
    "R4": "rule: what small caps consist of gets harder to trade",
    "R5": "rule: a crowded rotation, by its crowding score",
    "R6": "rule: earnings that miss what is expected, by estimates lowered and by base effect",
    "R7": "rule: a shock of yields against a pair that suffers from them",
    "R8": "rule: momentum that fades, by pullback, rotation map and crossed averages",
    "R9": "rule: losses beyond the value at risk oftener than it says; 5 and 10 in 250 are the Basel Committee's",
    "R10": "rule: the ratio under a long average while its 50-session average falls",
    "R11": "rule: gains of few constituents, of beta alone, or of style alone",
    "R12": "rule: a rotation late in the cycle: large near its high, small crowded, a recession likely",
}
