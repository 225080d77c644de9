"""The Japanese of the field: words and phrases with their English, by what they do in a question.

Each line: words, separated by "|", and what they are in English. Verbs end where their endings begin to differ.
"""

from __future__ import annotations

from knowledge.languages.reading import Role

THINGS = """
公表|公開|発表|出版|刊行|論文発表|学会発表|論文掲載|掲載 = publication
論文|原稿|投稿論文|学術論文|ペーパー|記事 = paper
論文公表|論文公開 = publication
投稿 = submit the paper
プレプリント|査読前論文 = preprint
ポスター|ポスター発表|学会ポスター = poster
アブストラクト|抄録|要旨|講演要旨|予稿 = abstract
口頭発表|講演|発表会|学会講演|プレゼン|プレゼンテーション = conference talk
学会|会議発表|国際会議|カンファレンス|シンポジウム = conference
セミナー = seminar
リポジトリ|レポジトリ = repository
普及|ディセミネーション = dissemination
学位論文|博士論文|修士論文|卒業論文|博論|学位|修論|卒論 = thesis
卒業|修了|学位取得|博士号|学位審査 = graduation thesis
博士課程|博士学生|大学院生 = PhD student
謝辞|アクノレッジメント|アクノリッジメント = acknowledgement
免責文|免責事項 = disclaimer
助成|助成金|資金提供|資金提供者|助成機関|研究費|資金|支援 = the funding
著者欄|著者名|著者一覧|著者リスト|著者表示|バイライン|著者名欄|著者行|オーサーシップ|著者 = author line
共著者 = co-authors
文言|文|一文|文章|表現|記載文|定型文 = sentence
モラトリアム|公表禁止期間|公表猶予期間|発表禁止期間|発表猶予期間|禁止期間|エンバーゴ = moratorium
オープンアクセス = open access
パートナー|共同研究者|参加機関|連携先|協力機関|相手方|相手|共同研究先|コンソーシアムメンバー|共同研究機関|
    提携先 = partners
当事者|契約当事者|他の当事者|各当事者|参加者機関|契約相手|メンバー = parties
コンソーシアム = consortium
コーディネーター|コーディネータ|調整機関|幹事機関 = Coordinator
スポンサー|出資者|委託者 = sponsor
通知|通告|事前通知|連絡|報知|届出|届け出|告知|事前連絡|お知らせ = notice
通知期間|通知期限|予告期間|事前通知期間 = advance notice period
正式な通知|有効な通知|正式通知|書面通知|書面による通知|正式な書面通知|契約上の通知|適法な通知 = formal notice
事前|前もって|あらかじめ|予め|予告 = in advance
異議|異議申し立て|異議申立て|異議申立|反対|不服|拒否権|反論|異論 = objection
異議申立期間|異議申し立て期間|異議期間|異議申立期限|審査期間|検討期間|ウィンドウ|異議の期間|異議の期限|回答期間|
    回答期限 = objection window
延期|遅延|猶予|先延ばし|保留|遅れ|延期期間|差し止め|差止め|差止|停止 = delay
上限|最大|最長|最大限 = maximum
会議|会合|ミーティング|総会 = meeting
運営委員会|ステアリングコミッティ = steering committee
議題|アジェンダ = agenda
定足数 = quorum
議事録 = minutes
投票|議決|議決権|票 = votes
アクセス権|利用権|アクセスライト = access rights
バックグラウンド|既存知財|既存の知財|既存知識|既存の知識|既存技術|背景技術|背景知財|既有知財|持ち込み技術|持込知財|
    バックグラウンド情報 = background
ノウハウ = know-how
成果|研究成果|結果|フォアグラウンド|プロジェクト成果|研究結果 = results
発明 = invention
共同発明 = joint invention
共有|共同所有|共有権 = joint ownership
所有|所有権|帰属|権利者|所有者 = ownership
共同成果|共有成果 = joint results
活用|実施|利活用|実用化 = exploitation
商業利用|商用利用|営利利用|商業目的|商用|営利|営利目的|商業的利用|商業的|ビジネス利用 = commercial use
商業化|事業化|製品化|商品化 = commercialise
企業|会社|産業界|民間|企業側|業者|スタートアップ|ベンチャー = company
企業資金|企業出資|企業から資金|企業の資金|民間資金|企業助成|企業がスポンサー = company-funded
製品|商品 = product
市場 = market
細胞株|セルライン|細胞系 = cell line
細胞 = cells
試料|サンプル|検体|標本 = samples
材料|生物材料|マテリアル|研究材料|素材|物質|物品 = material
マウス|プラスミド|菌株|試薬 = biological material
データ|データセット|研究データ = data
コホート|コホートデータ = cohort
被験者|研究参加者|提供者本人|患者|ドナー|個人 = participants
再識別|再特定|個人特定|個人の特定|匿名化 = re-identification
サブライセンス|再許諾|再実施許諾|再実施権|サブライセンシング|再使用許諾|再利用許諾 = sublicence
ライセンス|実施許諾|許諾|使用許諾|実施権|使用権 = licence
独占|独占的|排他的|独占権 = exclusive
オプション|オプション権|選択権 = option right
改良|改善|改良発明|改良技術 = improvement
グラントバック|実施権の還元 = grant-back
使用分野|利用分野|用途分野|実施分野|適用分野|許諾分野|フィールド・オブ・ユース|フィールドオブユース|分野|
    用途 = field of use
ロイヤルティ|ロイヤリティ|実施料|ライセンス料|使用料|ロイヤルティー|ロイヤリティー|ロイヤルティ率|実施料率|
    料率 = royalties
売上|売り上げ|販売|売上高|販売実績 = sales
売上ゼロ|売上なし = no sales
純売上|純売上高|正味売上|正味売上高|正味販売高 = net sales
報告|報告書|レポート|実施報告|報告義務 = report
費用|コスト|料金|手数料|経費|代金|価格|値段|金額 = costs
特許費用|出願費用|特許出願費用|特許の費用 = patent prosecution costs
支払|支払い|請求書|分割金|報酬 = payment
責任|賠償責任|損害賠償|賠償|損害 = liability
責任上限|責任の上限|賠償上限|賠償の上限|責任限度|責任限度額|賠償責任の上限|損害賠償の上限|賠償額の上限|責任の限度|
    責任の上限額|損害賠償の上限額|賠償限度額 = liability cap
補償|免責補償|補償義務|免責 = indemnity
保証|表明保証|品質保証|瑕疵担保 = warranty
保険|賠償責任保険 = insurance
違約金|罰金|ペナルティ|罰則|制裁金|罰|違約罰 = penalty
違反|契約違反|不履行|債務不履行|義務違反 = breach
輸出|輸出管理|輸出規制|輸出許可|安全保障貿易|貿易管理 = export
ファームウェア = firmware
海外|国外|外国|他国 = abroad
域外 = outside
国 = country
秘密保持|守秘|守秘義務|機密保持|秘密保持義務|機密保持義務|秘密 = confidentiality
秘密情報|機密情報|秘密の情報|機密の情報 = Confidential Information
機密 = confidential
営業秘密|企業秘密 = trade secret
口頭|口頭での開示|口頭開示 = oral disclosure
開示 = disclosure
廃棄|破棄|消去|削除|処分|破壊 = destruction
返却|返還 = return the materials
保存期間|保管期間|保持期間 = retention period
人工知能|機械学習|生成ai|aiモデル|言語モデル|学習モデル = artificial intelligence
情報漏えい|情報漏洩|漏えい|漏洩|流出|インシデント|データ侵害|事故|セキュリティ事故 = data breach incident
優先順位|優先関係 = precedence
解除|解約|終了させ|脱退|離脱|中途解約|契約終了|契約解除|撤退|退会 = termination
解約通知期間|解約予告|解約予告期間|解除予告期間 = termination notice period
存続|残存 = survival
契約期間|有効期間|存続期間 = term of the agreement
満了|契約満了|満了日|終了日|失効 = expiry date
発効|発効日|効力発生日|契約開始日|開始日 = effective date
プロジェクト終了後|プロジェクトの終了後|終了後|プロジェクトが終わった後|プロジェクト完了後|研究終了後|
    プロジェクト後 = after the project
更新|自動更新|延長|契約更新 = renewal of the agreement
自動的に|自動|自動的 = automatically
準拠法|適用法|どの国の法律|どの法律|適用される法律|法律 = governing law
裁判管轄|管轄 = jurisdiction
紛争|争い|係争|トラブル|対立|意見の相違|意見が合わ|紛争解決 = dispute
仲裁 = arbitration
調停 = mediation
裁判|裁判所|訴訟 = court
差止命令|仮処分|仮の差止|差し止め命令|緊急の救済|暫定措置|差止請求 = injunction
支配権の変更|支配権変更|買収|合併|経営権の変更|チェンジオブコントロール|支配権 = change of control
契約の譲渡|譲渡|契約譲渡|権利の譲渡|移転 = assignment
知的財産|知財|知的財産権|知財権 = intellectual property
監査|検査|監査権|立入検査|実地検査 = audit
記録|帳簿|書類 = records
特許 = patent
特許出願|出願|特許申請 = patent application
特許保護|権利化 = patent protection
発明届|発明の届出|発明開示|発明報告 = invention disclosure
ロゴ|商標|エンブレム = logo
プレスリリース|広報|宣伝|報道発表|広告 = press release
契約の言語|契約言語|何語 = language of the agreement
言語 = language
不可抗力 = force majeure
加入|参加|新規参加|新しい参加者|新しい当事者 = accession of a new party
マイルストーン = milestone
理由|根拠|事由 = grounds
期間|期限|締切|締め切り|〆切|日数 = time limit
日付 = date
規則|ルール|規定|規程|条件|定め|手続き|手続|手順|条項 = rule
義務 = obligation
権利 = rights
同意|承諾|許可|承認|了承|了解|許諾書 = permission
免除|放棄|例外 = waiver
定義|意味 = definition
用語|語|言葉 = term
営業日|ビジネスデー|平日 = business day
プロジェクト|研究プロジェクト = project
研究|共同研究 = research
教育|授業|講義 = teaching
コンソーシアム契約|コンソーシアム協定|共同研究契約書 = consortium agreement
助成契約|グラント契約|補助金契約|助成金契約|グラントアグリーメント|助成金交付契約 = grant agreement
助成条件|資金提供条件|資金条件|補助条件|ファンディング条件 = funding conditions
データ利用契約|データ使用契約 = data use agreement
試料提供契約|mta|物質移転契約|材料提供契約|研究材料提供契約 = material transfer agreement
ライセンス契約|実施許諾契約 = licence agreement
秘密保持契約|nda = NDA
契約|契約書|協定|合意書|協定書|合意 = agreement
本文|文書|テキスト|条文 = text
同僚|仲間|知人 = colleague
研究室|ラボ|他の研究室|別の研究室|他機関|他大学|別の機関 = another lab
第三者|外部|他者|他人|外部者 = third parties
他の参加者|他のパートナー|ほかの参加者|他社 = others
大学 = university
学生 = student
コード|ソースコード|プログラム|ソフトウェア|ソフト = software code
サーバー|サーバ = server
ウェブサイト|ネット|オンライン = online
slackメッセージ|slackのメッセージ|スラック = Slack message
チャット = chat
メッセージ = message
メール|電子メール|eメール = e-mail
郵便|手紙|書留|郵送 = letter post
ファックス|ファクス = fax
電話 = phone
宛先|送付先|提出先|宛て先|受領者 = recipient
沈黙|黙示 = silence
無視|無反応|無回答|音信不通|黙っ|だまっ|黙認|音沙汰がな|連絡がな|連絡がこ|連絡が来な|連絡もな|反応なし|回答なし|
    返事なし|返答なし|何も言われ = no reply
情報 = information
地域|領域|テリトリー = territory
利息|遅延利息 = interest
割合|パーセント|率|比率 = percentage
半期|半年ごと = half-year
四半期 = quarter
倫理委員会|倫理審査 = ethics committee
特許庁 = patent office
請求項|請求 = claims
目的 = purpose
競業避止 = non-compete
付属書|別紙|附属書|添付 = annex
書面 = in writing
雑誌|ジャーナル = journal
別の会社|他の会社 = another company
内容 = content
住所|アドレス = address
バージョン|版 = version
証明書|証明 = certificate
参加者|研究対象者 = participants
支払期限|支払期日|支払日 = due
修正|訂正|改訂|変更 = modification
侵害|権利侵害 = infringement
第三者の権利 = third party rights
設備|機器|装置 = equipment
予算 = budget
競合|競合他社|競争相手 = competitor
決定|決議 = decision
暗号化|暗号 = encrypted
改正|修正契約|変更契約|覚書 = amendment
署名|調印 = signature
収益|収入|利益 = revenue
コピー|写し|複製 = copy
従業員|職員|社員|スタッフ = employees
最低 = minimum
祝日|休日|土日|週末 = public holiday
教員|教授 = university
消去|抹消 = destruction
"""

VERBS = """
公表し|公表す|公表さ|公表でき|公表前|発表し|発表す|発表でき|出版し|出版す|公開し|公開す|論文にし|論文に出|世に出|
    掲載し|論文化 = publish
投稿し|投稿す|提出し|提出す|提出 = submit
アップロード|掲示|載せ|アップ = put online
知らせ|伝え|通知し|通知す|連絡し|連絡す|告げ|報せ|届け出|届け|話し|話さ = notify
異議を唱え|異議を申し立て|異議を述べ|異議を出|申し立て|申立て|申立|唱え|反対し|反対す|拒否し|拒否す|拒め|断れ|
    拒む = object
延期し|延期す|延期でき|延期させ|遅らせ|遅ら|先延ばしにし|引き延ば|引き延ばし|待たせ|止め|差し止め|阻止|阻止し|妨げ|
    妨害|ブロック|保留し|遅延させ|引き止め|ストップ|延ばせ|延ばし|延ばさ|延ばす|中止させ|邪魔し|待たさ|待ってもら|
    待ってもらう|遅れさせ|差し控え = delay
待た|待つ|待ち|待機 = wait
利用し|利用す|利用でき|利用|使用し|使用す|使用でき|使用|使っ|使え|使う|使い|用い|処理し = use
活用し|実施し|実施す|実施でき = exploit
事業化し|商業化し|商品化し|製品化し|販売し|販売す|販売でき|売っ|売る|売れ|商用利用し = commercialise
共有し|共有す|共有でき|渡し|渡す|渡せ|渡さ|あげ|分け|譲り渡し|提供し|提供す|提供でき|提供|分与|配布|シェア|見せ|
    再配布 = share
送っ|送る|送れ|送り|送付|送信|発送|郵送し|メールし|送ら = send
移す|移し|移せ|移動 = move
責任を負|責任がある|責任を持|責任を取 = liable
移転し|譲渡し|譲渡す|譲渡でき|譲れ|譲っ = assign
輸出し|輸出す|輸出でき|持ち出し|持ち出す|持ち出せ|海外に送 = export
受け取|受領|受けと|受け = receive
宛て|宛 = to whom addressed
支払う|支払わ|支払い|支払っ|支払え|払う|払わ|払い|払っ|払え = pay
負担し|負担す|負担|負う|負い = bears
解除し|解除す|解除でき|解約し|解約す|解約でき|脱退し|脱退す|脱退でき|やめ|辞め|抜け|離脱し|終了させ|
    打ち切 = terminate
終わ|終了し|終了す|終了|切れ|満了す|満了し = end
更新さ|更新し|延長し|延長さ = renew
始ま|開始し|開始す|開始 = start
所有し|所有す|帰属し|帰属す|持つ|持っ|属す|属し|誰のもの = own
破棄し|廃棄し|廃棄す|消去し|削除し|削除す|処分し|破壊し = destroy
返却し|返し|返さ|返す|返却す = return
保管し|保管す|保存し|保存す|保管|保存|保持し|残し|残せ|手元に = retain
秘密にし|秘密に|秘密を守|守秘し|機密を守|秘密保持し = keep confidential
特定し|識別し|特定す = identify the participants
学習させ|学習さ|訓練し|訓練|トレーニング|aiに入力|aiに学習 = train a model
出願し|出願す|出願でき|特許を取|特許を出 = file an application patent
付与され|登録され|成立し|登録査定|認可され|取得でき|特許になっ = granted
言及し|言及|明記し|記載し|記載す|記載|書か|書け|書く|書き|入れ|載ら|含め|示さ|触れ|表記し|表示し = mention
揉め|もめ|対立し|合意でき = disagree
監査し|監査す|検査し = audit
報告し|報告す = report
守る|守ら|従う|従わ|遵守し|注意す|気をつけ = observe
優先し|優先す|優先さ|優先|優越|勝つ|勝ち|上位 = prevail
適用さ|適用す|適用|当てはま|従え = applies
違反し|違反す|破っ|守らな = breach
加わ|加入し|加入す|参加し|参加す|参加でき = accede
訴え = sue
続き|続く|続け|継続し|及ぶ|及び|有効 = last
依頼し|請求し|請求す|求め|頼 = request
早く|早め|急ぎ|急い|急ぐ|急を要|短縮し|短く|すぐに|前倒し|それより前 = sooner
組み合わせ|結合し|照合し = combine
再許諾し|再許諾す|再許諾でき|サブライセンスし|サブライセンスす|サブライセンスでき|再実施許諾し = sublicense
許諾さ|許諾し|ライセンスさ|ライセンスし|ライセンスす = license
変更し|変更さ|変わ|修正し|改変し = change
行使し|行使す|行使 = exercise
是正し|是正す|是正|治癒|直さ|改善し = remedy
補償し|補償す|補償さ = indemnify
買収さ|買収し|合併し = acquired
承認し|同意し|許可し|承諾し = consent
決め|決定し|決ま = decide
食い違|矛盾|抵触 = contradict each other
交渉し|交渉す|交渉 = negotiate
暗号化し = encrypted
分析し|分析 = analyse
開発し|生み出|作っ|作成し = generate
署名し = sign
確認す = confirm
従事 = work
卒業し|修了し|卒業す|修了す|卒業を|卒業でき = graduation thesis
"""

REPLIES = "返事|返答|回答|応答|反応|返信|レスポンス|リアクション|コメント|意見|音沙汰|返って|答え|答える|反対意見"

ASKS = """
どれだけ前|どのくらい前|どれくらい前|どれほど前|いつ頃まで|どの程度前 = how long in advance
どれだけの期間|どのくらいの期間|どれくらいの期間|どれほどの期間|どれだけ|どのくらい|どれくらい|どれほど|どの程度|
    いつまで続 = how long
何日前|何日以上前 = how many days before
何週間前 = how many weeks before
何か月前|何ヶ月前|何カ月前 = how many months before
何日間|何日以内|何日|何暦日|何営業日 = how many days
何週間 = how many weeks
何か月|何ヶ月|何カ月|何ヵ月 = how many months
何年間|何年 = how many years
何時間以内|何時間 = how many hours
いつまでに = by when
いつまで = until when
いつから = from when
いつ = when
どの期限|どの期間|どの締切|どちらの期間|どちらの期限 = which deadline applies: how long
どのルール|どちらのルール|どの規定|どの規則|どちらの規定|どちらの規則|どの条件|どの手続|どちらの条件|
    どの契約のルール = which rule
どのくらいの頻度|どれくらいの頻度|何回|頻度 = how often
どのくらい早く|どれだけ早く = how quickly
誰に|だれに|どなたに|誰宛|どこに連絡|どこに提出|どこに送|誰へ|どなたへ|どこに|どこへ = to whom
誰が|だれが|誰の|だれの|どなたが|誰|どこが = who
何が起こ|何が起き|どうなりますか|どうなるのか|どうなる|どうなり|どうすれば|どうしたら|どうなっ = what happens
いくらですか|いくらまで|いくら|何円|何ユーロ|何ドル|何パーセント|何％|何%|どれだけの金額 = how much
どのような理由|どんな理由|どういう理由|いかなる理由|何を理由に|どのような根拠|どんな根拠|どのような場合に異議|
    どんな場合に異議|どういう場合に異議 = on which grounds
どのような条件|どんな条件|どういう条件|いかなる条件 = on what conditions
どちらの契約|どちらの文書|どの文書|どちらの条文|どの契約が優先|どちらが|どちらの|どちら|どっち = which text
どのような|どんな|どういう|どの|どれ = which
何を|何が|何と|何に|何か|何 = what
なぜ|どうして = why may
どんな場合に|どのような場合に|どういう場合に|いかなる場合に|どんなときに|どのようなときに|
    どういったときに = on what conditions
どのように|どうやって|どう = how
"""

MODALS = """
なければなりません|なければならない|なければいけません|なければいけない|ないといけません|ないといけない|
    なくてはなりません|なくてはならない|なくてはいけ|なきゃ|必要ですか|必要があります|必要がありますか|
    必要でしょうか|必要がある|必要となり|必要です|必要か|必要な|必要|べきですか|べきでしょうか|べきか|べき|
    義務がありますか|義務はありますか|要しますか|ねばなり|不可欠|すればよい|すればいい|したらよい|ばいい|
    ばよい = must
てもいいですか|てもよいですか|てもいいでしょうか|てもよいでしょうか|ても構いませんか|てもかまいませんか|
    ても問題ありませんか|ても大丈夫|てもいい|てもよい|ても良い|ても良いですか|でもいい|でもよい|て構いません|
    ても構わ|てよい|ていい|でよい = may
でき|できますか|できるか|できるでしょうか|できる|できません|できない|可能ですか|可能でしょうか|可能か|可能|
    許されますか|許されますでしょうか|許され|認められますか|認められ|許可されて|許可され|禁止されて|禁止され|禁止|
    られますか|られるか|られますでしょうか|れますか|られる|えますか|せますか|けますか|ことができ|
    権利がありますか = may
でしたか|だったか|だった|でした|ましたか|ました|であった|当時 = was
"""

SUBJECTS = """
私たち|我々|わたしたち|当方|当社|当大学|本学|弊社|自分たち|我が社|われわれ|うち = we
私|わたし|自分 = I
彼ら|相手側|先方|向こう = they
"""

OPENERS = """
なければ|なかったら|ないなら|ない場合は|ない場合|なかった場合は|なかった場合|ないときは|ないとき|ないと = if not
場合には|場合は|場合に|場合|ときは|とき|時は|たら|れば|ならば|なら = if
"""

LINKS = """
より前|の前に|前に|までに|前まで|以前に|に先立って|に先立ち|の前 = before
の後に|の後|後に|以降|から後 = after
のために|ために|のため|に向けて|ための = for
によって|経由で|による = by
に対して|に対する|に対し|対して|対する = for
間 = between
"""

NOTS = "ゼロ|皆無|ません|ない|なく|なかった|なし|ずに|無し|無く|無い|なけれ|なかっ|いけ|がなけれ"
NOBODIES = "誰も|だれも|誰からも|だれからも|どこからも|何も|一切|全く"

# What says nothing by itself: phrases that hold a word that would say something, and words in kanji or katakana.
PHRASES = (
    "教えて|教えてください|教えて下さい|お願い|知りたい|についての|について|という|下さい|お聞き|と言う|"
    "かどうか|に関する|に関して|していただ|いただけ|ありがと"
)
SMALL = frozenset(
    "事 時 者 物 所 方 様 等 的 用 中 内 上 下 他 各 本 当 同 全 以内 以上 以下 以外 現在 今回 今後 現時点"
    " 質問 教 願 お願 件 点 際 為 側 間 相 対 関 関する 契約上 基 従 沿 場合 具体的 具体 正確 正確な 予定 計画"
    " 新 既 再 別 私 我々 自身 自社 存在 記 最 低 少 指 意 言い 述 知り 何 誰 詳 場 他方 義 解 説明 仮 可否"
    " 是非 要 良 大丈夫 問題 構 何者 呼 入 出来 有り 無 毎年 毎月 現 早速 様々 色々 該当 行 域内 社 氏名 都度"
    " 差 支 障 論 ケース 一般 一般的 通常 具合 状況 可 成 来 見 言 思 得 出 有 何か 必ず 絶対 一切 全て 全部"
    " 皆 両方 双方 複数 次 前 後 日 月 年 週 回 度 度目 項 条 号 語 英語 日本語 今 昨 先 毎 約 例えば 例 特"
    " 特に 追加 変 求 定 許 認 合 決 規 負 始 終 続 作 成立 含 受 渡 送 使 払 遅 早 急 待 読 知 話 聞 答 返 守"
    " 違 破 残 取 持 置 加 抜 止 切 当該 上記 以前 以降 完了 準備 希望 確認 検討 理解 サイト タイミング タイプ"
    " 種類 種 程度 限 限り 限定 範囲 状態 形 形式 方法 手段 形態 名 名前 名称 氏 先生 博士 君 第 版 書 金 込"
    " 事前 時点 途中 最初 最後 最新 最近 現行 全体 一部 部分 個別 個々 各々 別々 同時 同様 同じ 以 内容 項目"
    " 詳細 概要 要点".split()
)

TABLES = (
    (ASKS, Role.ASK),
    (OPENERS, Role.OPENER),
    (MODALS, Role.MODAL),
    (SUBJECTS, Role.SUBJECT),
    (LINKS, Role.LINK),
    (f"{NOBODIES} = nobody", Role.NOBODY),
    (f"{NOTS} = not", Role.NOT),
    (f"{PHRASES} = ", Role.SMALL),
    (THINGS, Role.THING),
    (VERBS, Role.VERB),
    (f"{REPLIES} = reply", Role.REPLY),
)
