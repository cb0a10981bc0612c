//! What each metric sees and which mistake it punishes, in English and Korean, for the Overview page and the
//! documentation. One Markdown paragraph with its formula.

use super::{Average, Distance, Gain, Metric};

/// One paragraph in each language, Markdown with `$…$` formulas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

impl Metric {
    /// Which mistake matters, and how this metric sees it.
    pub fn explanation(&self) -> Explanation {
        let (en, ko) = paragraph(self);
        let mut explanation = Explanation { en: en.to_owned(), ko: ko.to_owned() };
        if let Some((en, ko)) = average(self) {
            explanation.en = format!("{} {en}", explanation.en);
            explanation.ko = format!("{} {ko}", explanation.ko);
        }
        if let Some(k) = self.cut() {
            explanation.en += &format!(" Only the first $k = {k}$ places count.");
            explanation.ko += &format!(" 앞의 $k = {k}$개 자리만 계산합니다.");
        }
        if let Self::Pinball(quantile) = self {
            explanation.en += &format!(" Here $q = {quantile}$.");
            explanation.ko += &format!(" 여기서 $q = {quantile}$입니다.");
        }
        if let Self::WorstGroup(inner) = self {
            let inner = inner.explanation();
            explanation.en += &format!(" The metric inside each group: {}", inner.en);
            explanation.ko += &format!(" 각 그룹 안의 지표: {}", inner.ko);
        }
        explanation
    }

    fn cut(&self) -> Option<u32> {
        match *self {
            Self::TopKAccuracy(k)
            | Self::MapCapped(k)
            | Self::PrecisionAt(k)
            | Self::RecallAt(k)
            | Self::HitRate(k) => Some(k),
            Self::Mrr(k) | Self::Map(k) | Self::Ndcg(_, k) => k,
            _ => None,
        }
    }
}

fn average(metric: &Metric) -> Option<(&'static str, &'static str)> {
    let (Metric::F1(average)
    | Metric::Precision(average)
    | Metric::Recall(average)
    | Metric::Jaccard(average)
    | Metric::RocAucOvr(average)
    | Metric::MultilabelF1(average)) = metric
    else {
        return None;
    };
    Some(match average {
        Average::Micro => (
            "*Micro*: the counts of all classes are added before dividing, so every row weighs the same and frequent \
             classes decide.",
            "*Micro*: 모든 클래스의 개수를 먼저 더한 뒤 나눕니다. 모든 행의 비중이 같으므로 자주 나오는 클래스가 점수를 좌우합니다.",
        ),
        Average::Macro => (
            "*Macro*: the plain mean over the classes, so a rare class weighs as much as a frequent one.",
            "*Macro*: 클래스별 값을 단순 평균합니다. 드문 클래스도 흔한 클래스와 같은 비중을 가집니다.",
        ),
        Average::Weighted => (
            "*Weighted*: the mean over the classes, each weighing as often as it is true.",
            "*Weighted*: 클래스별 값을 실제로 나타난 횟수로 가중 평균합니다.",
        ),
        Average::Binary => (
            "*Binary*: the positive class alone; right answers on the negative class earn nothing.",
            "*Binary*: 양성 클래스만 계산합니다. 음성 클래스를 맞힌 것은 점수에 더해지지 않습니다.",
        ),
        Average::Samples => (
            "*Samples*: computed for each row's set of labels, then averaged over the rows; a row without any label on \
             both sides counts 0.",
            "*Samples*: 행마다 라벨 집합으로 계산한 뒤 행에 대해 평균합니다. 양쪽 모두 라벨이 없는 행은 0으로 계산합니다.",
        ),
    })
}

fn paragraph(metric: &Metric) -> (&'static str, &'static str) {
    match metric {
        Metric::Accuracy => (
            "The share of rows with the right class, $\\frac{1}{n}\\sum_i [\\hat y_i = y_i]$. Every mistake costs the \
             same, so with unbalanced classes always answering the largest one already scores well.",
            "맞힌 행의 비율 $\\frac{1}{n}\\sum_i [\\hat y_i = y_i]$입니다. 모든 실수의 값이 같아서, 클래스가 불균형하면 가장 많은 클래스만 \
             답해도 점수가 높게 나옵니다.",
        ),
        Metric::BalancedAccuracy => (
            "The mean of the classes' recalls, $\\frac{1}{K}\\sum_k \\frac{TP_k}{TP_k + FN_k}$. A mistake costs more in \
             a small class; a constant answer scores $1/K$.",
            "클래스별 재현율의 평균 $\\frac{1}{K}\\sum_k \\frac{TP_k}{TP_k + FN_k}$입니다. 작은 클래스에서의 실수가 더 비싸며, 한 클래스만 \
             답하면 $1/K$를 받습니다.",
        ),
        Metric::Mcc => (
            "Matthews' correlation between truth and prediction over all cells of the confusion matrix, \
             $\\frac{c\\,n - \\sum_k t_k p_k}{\\sqrt{(n^2 - \\sum_k p_k^2)(n^2 - \\sum_k t_k^2)}}$ with $c$ right rows and \
             class totals $t_k$, $p_k$. 1 is perfect, 0 no better than chance; a constant answer scores 0.",
            "혼동 행렬 전체를 보는 정답과 예측의 상관(매슈스 상관 계수)으로, 맞힌 행 수 $c$와 클래스 합계 $t_k$, $p_k$에 대해 \
             $\\frac{c\\,n - \\sum_k t_k p_k}{\\sqrt{(n^2 - \\sum_k p_k^2)(n^2 - \\sum_k t_k^2)}}$입니다. 1은 완벽, 0은 우연 수준이며 한 \
             클래스만 답하면 0입니다.",
        ),
        Metric::Kappa(Distance::Unit) => (
            "Cohen's kappa, $1 - \\frac{\\text{observed disagreement}}{\\text{disagreement expected by chance}}$: agreement \
             beyond what the class totals alone would give. Every confusion counts the same.",
            "코언의 카파 $1 - \\frac{\\text{관측된 불일치}}{\\text{우연히 기대되는 불일치}}$입니다. 클래스 비율만으로 얻는 일치를 뺀 나머지를 \
             보며, 어떤 혼동이든 똑같이 셉니다.",
        ),
        Metric::Kappa(Distance::Linear) => (
            "Cohen's kappa for ordered classes, $1 - \\frac{\\sum_{ij} |i-j|\\,O_{ij}}{\\sum_{ij} |i-j|\\,E_{ij}}$: missing \
             by two steps costs twice as much as missing by one.",
            "순서가 있는 클래스를 위한 코언의 카파 $1 - \\frac{\\sum_{ij} |i-j|\\,O_{ij}}{\\sum_{ij} |i-j|\\,E_{ij}}$입니다. 두 단계 틀리면 한 \
             단계 틀린 것의 두 배를 잃습니다.",
        ),
        Metric::Kappa(Distance::Quadratic) => (
            "Cohen's kappa for ordered classes with squared distances, \
             $1 - \\frac{\\sum_{ij} (i-j)^2 O_{ij}}{\\sum_{ij} (i-j)^2 E_{ij}}$: far misses dominate, near misses are cheap.",
            "거리를 제곱하는 순서형 코언의 카파 $1 - \\frac{\\sum_{ij} (i-j)^2 O_{ij}}{\\sum_{ij} (i-j)^2 E_{ij}}$입니다. 멀리 빗나간 답이 \
             점수를 좌우하고, 가까운 실수는 적게 잃습니다.",
        ),
        Metric::F1(_) => (
            "F1 is the harmonic mean of precision and recall, $\\frac{2TP}{2TP + FP + FN}$: false alarms and misses cost \
             the same, right negatives earn nothing; 0 where nothing is true or predicted.",
            "F1은 정밀도와 재현율의 조화 평균 $\\frac{2TP}{2TP + FP + FN}$입니다. 잘못된 경보와 놓친 것의 값이 같고, 음성을 맞힌 것은 더해지지 \
             않습니다. 정답도 예측도 없으면 0입니다.",
        ),
        Metric::Precision(_) => (
            "Precision, $\\frac{TP}{TP + FP}$: of what was called this class, how much is. Only false alarms cost; misses do \
             not.",
            "정밀도 $\\frac{TP}{TP + FP}$: 이 클래스라고 답한 것 중 맞은 비율입니다. 잘못된 경보만 점수를 깎고, 놓친 것은 깎지 않습니다.",
        ),
        Metric::Recall(_) => (
            "Recall, $\\frac{TP}{TP + FN}$: of what is this class, how much was found. Only misses cost; false alarms do not.",
            "재현율 $\\frac{TP}{TP + FN}$: 실제 이 클래스인 것 중 찾아낸 비율입니다. 놓친 것만 점수를 깎고, 잘못된 경보는 깎지 않습니다.",
        ),
        Metric::Jaccard(_) => (
            "Jaccard's index, $\\frac{TP}{TP + FP + FN}$: intersection over union of true and predicted rows. Ranks as F1 \
             does for one class, but is stricter in its value.",
            "자카드 지수 $\\frac{TP}{TP + FP + FN}$: 정답 행과 예측 행의 교집합을 합집합으로 나눈 값입니다. 한 클래스에서는 F1과 순위가 같지만 \
             값은 더 엄격합니다.",
        ),
        Metric::RocAuc => (
            "The area under the ROC curve: the chance that a random positive row is scored above a random negative one, ties \
             counting half. Only the order of the scores matters, not their size; 0.5 is guessing.",
            "ROC 곡선 아래 면적으로, 무작위 양성 행의 점수가 무작위 음성 행보다 높을 확률입니다(동점은 절반). 점수의 크기가 아니라 순서만 \
             중요하며 0.5는 찍기 수준입니다.",
        ),
        Metric::AveragePrecision => (
            "Average precision, $\\sum_t (R_t - R_{t-1}) P_t$ over the thresholds: precision averaged along recall. Looks at \
             the top of the list, so it suits rare positives; guessing scores the share of positives.",
            "평균 정밀도 $\\sum_t (R_t - R_{t-1}) P_t$: 재현율을 따라 평균한 정밀도입니다. 목록의 윗부분을 보므로 양성이 드문 문제에 알맞고, \
             찍으면 양성 비율을 받습니다.",
        ),
        Metric::LogLoss => (
            "Minus the mean logarithm of the probability given to what is true, $-\\frac{1}{n}\\sum_i \\ln \\hat p_{i,y_i}$. \
             Being sure and wrong is punished without limit (probabilities are clipped at $2.2\\times10^{-16}$), so honest \
             probabilities win. Less is better.",
            "정답에 준 확률의 로그 평균에 음수를 붙인 값 $-\\frac{1}{n}\\sum_i \\ln \\hat p_{i,y_i}$입니다. 확신하고 틀리면 한없이 잃으므로(확률은 \
             $2.2\\times10^{-16}$에서 자름) 정직한 확률이 이깁니다. 낮을수록 좋습니다.",
        ),
        Metric::Brier => (
            "The mean squared distance of the probability to the truth, $\\frac{1}{n}\\sum_i (\\hat p_i - y_i)^2$. Rewards \
             honest probabilities as log loss does, but no single row can cost more than 1. Less is better.",
            "확률과 정답 사이의 평균 제곱 거리 $\\frac{1}{n}\\sum_i (\\hat p_i - y_i)^2$입니다. 로그 손실처럼 정직한 확률에 보상하지만 한 행이 1보다 \
             많이 잃지는 않습니다. 낮을수록 좋습니다.",
        ),
        Metric::RocAucOvr(_) => (
            "For each class, the area under the ROC curve of its probability against all other classes. Only the order of the \
             rows within a column matters.",
            "각 클래스의 확률로 나머지 모든 클래스와 가르는 ROC 곡선 아래 면적입니다. 한 열 안에서의 행 순서만 중요합니다.",
        ),
        Metric::RocAucOvo => (
            "The mean over all pairs of classes of the area under the ROC curve that tells the two apart (Hand and Till 2001), \
             $\\frac{1}{K(K-1)}\\sum_{j \\ne k} AUC(j|k)$. Class sizes play no role.",
            "모든 클래스 쌍을 서로 가르는 ROC 곡선 아래 면적의 평균 $\\frac{1}{K(K-1)}\\sum_{j \\ne k} AUC(j|k)$입니다(Hand·Till 2001). 클래스의 \
             크기는 영향을 주지 않습니다.",
        ),
        Metric::TopKAccuracy(_) => (
            "The share of rows whose true class is among the $k$ most probable ones. A near miss costs nothing while the right \
             answer stays in the list.",
            "가장 확률이 높은 $k$개 클래스 안에 정답이 있는 행의 비율입니다. 정답이 목록 안에 남아 있으면 살짝 빗나가도 잃지 않습니다.",
        ),
        Metric::Mae => (
            "The mean absolute error, $\\frac{1}{n}\\sum_i |y_i - \\hat y_i|$, in the unit of the target. Each unit of error \
             costs the same; predicting the median is best when unsure. Less is better.",
            "평균 절대 오차 $\\frac{1}{n}\\sum_i |y_i - \\hat y_i|$로, 단위가 목표값과 같습니다. 오차 한 단위의 값이 항상 같으며 불확실할 때는 \
             중앙값 예측이 최선입니다. 낮을수록 좋습니다.",
        ),
        Metric::Mse => (
            "The mean squared error, $\\frac{1}{n}\\sum_i (y_i - \\hat y_i)^2$. A few large errors dominate; predicting the \
             mean is best when unsure. Less is better.",
            "평균 제곱 오차 $\\frac{1}{n}\\sum_i (y_i - \\hat y_i)^2$입니다. 큰 오차 몇 개가 점수를 좌우하며 불확실할 때는 평균 예측이 최선입니다. \
             낮을수록 좋습니다.",
        ),
        Metric::Rmse => (
            "The root of the mean squared error, $\\sqrt{\\frac{1}{n}\\sum_i (y_i - \\hat y_i)^2}$, in the unit of the target. \
             Large errors dominate as in the squared error. Less is better.",
            "평균 제곱 오차의 제곱근 $\\sqrt{\\frac{1}{n}\\sum_i (y_i - \\hat y_i)^2}$로, 단위가 목표값과 같습니다. 큰 오차가 점수를 좌우합니다. \
             낮을수록 좋습니다.",
        ),
        Metric::Rmsle => (
            "The root mean squared error of $\\ln(1 + y)$: ratios matter, not differences, and too low costs more than too high \
             by the same amount. Not defined for values at or below -1. Less is better.",
            "$\\ln(1 + y)$의 평균 제곱근 오차입니다. 차이가 아니라 비율을 보며, 같은 양이라면 낮게 예측한 쪽이 더 많이 잃습니다. -1 이하의 값에는 \
             정의되지 않습니다. 낮을수록 좋습니다.",
        ),
        Metric::Mape => (
            "The mean absolute error as a share of the truth, $\\frac{1}{n}\\sum_i \\frac{|y_i - \\hat y_i|}{|y_i|}$. Errors on \
             small true values cost most, and true values near 0 can dominate. Less is better.",
            "정답에 대한 비율로 본 평균 절대 오차 $\\frac{1}{n}\\sum_i \\frac{|y_i - \\hat y_i|}{|y_i|}$입니다. 정답이 작은 행의 오차가 가장 비싸고, 0에 \
             가까운 정답이 점수를 좌우할 수 있습니다. 낮을수록 좋습니다.",
        ),
        Metric::Smape => (
            "The symmetric relative error, $\\frac{1}{n}\\sum_i \\frac{2|y_i - \\hat y_i|}{|y_i| + |\\hat y_i|}$, 0 where both \
             are 0: between 0 and 2, so no row can dominate. Less is better.",
            "대칭 상대 오차 $\\frac{1}{n}\\sum_i \\frac{2|y_i - \\hat y_i|}{|y_i| + |\\hat y_i|}$이며 둘 다 0이면 0입니다. 0과 2 사이여서 한 행이 점수를 \
             좌우할 수 없습니다. 낮을수록 좋습니다.",
        ),
        Metric::MedianAe => (
            "The median absolute error, $\\mathrm{median}_i |y_i - \\hat y_i|$: how far off a typical row is. The worst half of \
             the rows does not matter at all. Less is better.",
            "절대 오차의 중앙값 $\\mathrm{median}_i |y_i - \\hat y_i|$로, 보통의 행이 얼마나 빗나가는지 봅니다. 가장 나쁜 절반의 행은 전혀 영향을 \
             주지 않습니다. 낮을수록 좋습니다.",
        ),
        Metric::R2 => (
            "The share of the truth's variance that is explained, $1 - \\frac{\\sum_i (y_i - \\hat y_i)^2}{\\sum_i (y_i - \\bar y)^2}$. \
             1 is perfect, 0 is as good as the mean, worse is negative. Large errors dominate.",
            "설명된 분산의 비율 $1 - \\frac{\\sum_i (y_i - \\hat y_i)^2}{\\sum_i (y_i - \\bar y)^2}$입니다. 1은 완벽, 0은 평균을 답한 수준, 더 나쁘면 \
             음수입니다. 큰 오차가 점수를 좌우합니다.",
        ),
        Metric::Pinball(_) => (
            "The pinball loss of the quantile $q$, $\\frac{1}{n}\\sum_i \\max(q\\,e_i, (q-1)\\,e_i)$ with $e_i = y_i - \\hat y_i$: \
             too low costs $q$ a unit, too high $1-q$, so the best answer is the $q$-quantile. Less is better.",
            "분위수 $q$의 핀볼 손실 $\\frac{1}{n}\\sum_i \\max(q\\,e_i, (q-1)\\,e_i)$, $e_i = y_i - \\hat y_i$입니다. 낮게 예측하면 단위당 $q$, 높게 \
             예측하면 $1-q$를 잃으므로 $q$ 분위수를 답하는 것이 최선입니다. 낮을수록 좋습니다.",
        ),
        Metric::Mrr(_) => (
            "The mean over the queries of one over the place of the first relevant item, $\\frac{1}{Q}\\sum_q \\frac{1}{r_q}$. \
             What follows the first hit does not matter.",
            "질의마다 처음 나온 관련 항목의 순위의 역수를 평균한 $\\frac{1}{Q}\\sum_q \\frac{1}{r_q}$입니다. 첫 적중 이후는 영향을 주지 않습니다.",
        ),
        Metric::Ndcg(Gain::Linear, _) => (
            "Normalised discounted cumulative gain: $\\sum_i \\frac{rel_i}{\\log_2(i+1)}$ over the places, divided by that of the \
             best possible order, averaged over the queries. Grades of relevance count, early places count most.",
            "정규화 할인 누적 이득입니다. 자리마다 $\\sum_i \\frac{rel_i}{\\log_2(i+1)}$을 더해 최선의 순서로 나누고 질의에 대해 평균합니다. 관련도의 \
             등급을 보며 앞자리일수록 중요합니다.",
        ),
        Metric::Ndcg(Gain::Exponential, _) => (
            "Normalised discounted cumulative gain with exponential gain: $\\sum_i \\frac{2^{rel_i} - 1}{\\log_2(i+1)}$ over the \
             places, divided by that of the best possible order, averaged over the queries. The most relevant items decide, and \
             early places count most.",
            "지수 이득을 쓰는 정규화 할인 누적 이득입니다. 자리마다 $\\sum_i \\frac{2^{rel_i} - 1}{\\log_2(i+1)}$을 더해 최선의 순서로 나누고 질의에 \
             대해 평균합니다. 가장 관련 있는 항목이 점수를 좌우하며 앞자리일수록 중요합니다.",
        ),
        Metric::Map(_) => (
            "Mean average precision: for each query the precisions at the places of its relevant items, added and divided by the \
             number of all relevant items. Every relevant item should be found, and early.",
            "평균 정밀도의 평균(MAP)입니다. 질의마다 관련 항목이 나온 자리의 정밀도를 더해 관련 항목 전체의 수로 나눕니다. 관련 항목을 모두, \
             그리고 앞에서 찾아야 합니다.",
        ),
        Metric::MapCapped(_) => (
            "Mean average precision where each query's sum is divided by $\\min(k, \\text{relevant items})$, so a full list of \
             hits scores 1 even when more than $k$ items are relevant.",
            "질의마다 합을 $\\min(k, \\text{관련 항목 수})$로 나누는 MAP입니다. 관련 항목이 $k$개보다 많아도 목록이 모두 적중이면 1을 받습니다.",
        ),
        Metric::PrecisionAt(_) => (
            "The share of relevant items among the first $k$ places, averaged over the queries; a shorter list is not forgiven. \
             Order within the $k$ does not matter.",
            "앞 $k$자리 중 관련 항목의 비율을 질의에 대해 평균합니다. 목록이 짧아도 $k$로 나누며, $k$자리 안의 순서는 상관없습니다.",
        ),
        Metric::RecallAt(_) => (
            "The share of a query's relevant items found among the first $k$ places, averaged over the queries. Order within the \
             $k$ does not matter.",
            "질의의 관련 항목 중 앞 $k$자리에서 찾은 비율을 질의에 대해 평균합니다. $k$자리 안의 순서는 상관없습니다.",
        ),
        Metric::HitRate(_) => (
            "The share of queries with at least one relevant item among the first $k$ places. One hit is enough.",
            "앞 $k$자리 안에 관련 항목이 하나라도 있는 질의의 비율입니다. 한 번만 적중하면 충분합니다.",
        ),
        Metric::MultilabelF1(_) => (
            "F1 of the sets of labels, $\\frac{2TP}{2TP + FP + FN}$: a label too many and a label missed cost the same.",
            "라벨 집합의 F1 $\\frac{2TP}{2TP + FP + FN}$입니다. 라벨을 더 붙인 것과 빠뜨린 것의 값이 같습니다.",
        ),
        Metric::ExactMatch => (
            "The share of rows whose set of labels is exactly right. One wrong label loses the row.",
            "라벨 집합이 정확히 일치하는 행의 비율입니다. 라벨 하나만 틀려도 그 행을 잃습니다.",
        ),
        Metric::HammingLoss => (
            "The share of wrong decisions among all pairs of row and label, $\\frac{1}{nL}\\sum_i |Y_i \\triangle \\hat Y_i|$, over \
             the $L$ labels that occur. With rare labels an empty answer already comes close to 0. Less is better.",
            "모든 (행, 라벨) 쌍 중 틀린 판단의 비율 $\\frac{1}{nL}\\sum_i |Y_i \\triangle \\hat Y_i|$이며 $L$은 나타난 라벨의 수입니다. 라벨이 드물면 빈 \
             답도 0에 가까워집니다. 낮을수록 좋습니다.",
        ),
        Metric::JaccardSamples => (
            "The mean over the rows of intersection over union of the two sets of labels, \
             $\\frac{1}{n}\\sum_i \\frac{|Y_i \\cap \\hat Y_i|}{|Y_i \\cup \\hat Y_i|}$; a row with both sets empty counts 0.",
            "두 라벨 집합의 교집합을 합집합으로 나눈 값의 행 평균 $\\frac{1}{n}\\sum_i \\frac{|Y_i \\cap \\hat Y_i|}{|Y_i \\cup \\hat Y_i|}$입니다. 양쪽이 모두 \
             빈 행은 0으로 계산합니다.",
        ),
        Metric::BiasAuc => (
            "A quarter each of the overall AUC and of the power means ($p = -5$, near the worst) over the groups of three AUCs: \
             within the group; the group's negatives against other positives; the group's positives against other negatives \
             (Borkan et al. 2019). A model that scores a group as a whole too high or too low loses, even if its overall AUC is \
             good.",
            "전체 AUC와, 그룹마다 구한 세 AUC의 거듭제곱 평균($p = -5$, 최악에 가까움)을 4분의 1씩 더합니다. 그룹 안의 AUC, 그룹의 음성 대 다른 \
             양성, 그룹의 양성 대 다른 음성입니다(Borkan 외 2019). 전체 AUC가 좋아도 어떤 그룹 전체를 높게 또는 낮게 매기는 모델은 잃습니다.",
        ),
        Metric::WorstGroup(_) => (
            "The worst value of the metric over the groups of rows. What is gained on easy groups does not matter; only the group \
             that is served worst does.",
            "행 그룹들 가운데 지표의 가장 나쁜 값입니다. 쉬운 그룹에서 얻은 것은 상관없고, 가장 나쁜 대우를 받는 그룹만 중요합니다.",
        ),
    }
}
